import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy, type VerifyFunctions } from 'passport-http-bearer';
import type { Principal } from './principal.js';
import { SessionsService } from './sessions.service.js';

/** Header only (RFC 6750, 2.1): the stock strategy would also take `access_token` from the query and the body, where logs see it. */
class HeaderBearerStrategy extends Strategy<VerifyFunctions> {
  override authenticate(request: Pick<FastifyRequest, 'headers'>): void {
    super.authenticate({ headers: request.headers } as never);
  }
}

@Injectable()
export class BearerStrategy extends PassportStrategy(HeaderBearerStrategy, 'bearer') {
  constructor(private readonly sessions: SessionsService) {
    super();
  }

  /** `false` is passport's word for a token that lets nobody in. */
  async validate(token: string): Promise<Principal | false> {
    return (await this.sessions.recognise(token)) ?? false;
  }
}
