import { ReadAhead } from '@app/http';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy, type VerifyFunctions } from 'passport-http-bearer';
import { hashBearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import { SessionsService } from './sessions.service.js';

/** What passport hands over: the head of the request, without the body and the query. */
interface RequestHead {
  headers: FastifyRequest['headers'];
  request: FastifyRequest;
}

/**
 * Takes the token from the header only (RFC 6750, 2.1). The stock strategy also takes `access_token` from the query and the body,
 * where it gets into logs.
 */
class HeaderBearerStrategy extends Strategy<VerifyFunctions> {
  override authenticate(request: unknown): void {
    const { headers } = request as FastifyRequest;
    super.authenticate({ headers, request } as never);
  }
}

/** Finds the session of a bearer token, and lets the cached answer be read in the same round trip to Redis. */
@Injectable()
export class BearerStrategy extends PassportStrategy(HeaderBearerStrategy, 'bearer') {
  constructor(
    private readonly sessions: SessionsService,
    private readonly readAhead: ReadAhead,
  ) {
    super({ passReqToCallback: true });
  }

  /** @returns false for a token that is unknown, expired or logged out, as passport expects it. */
  async validate({ request }: RequestHead, token: string): Promise<Principal | false> {
    const tokenHash = hashBearerToken(token);
    this.readAhead.begin(request, tokenHash);
    return (await this.sessions.recognise(tokenHash)) ?? false;
  }
}
