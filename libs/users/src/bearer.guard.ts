import { PUBLIC } from '@app/http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Principal } from './principal.js';
import { InvalidToken, NotAuthenticated } from './users.problems.js';

type AuthenticatedRequest = FastifyRequest & { user?: Principal };

/**
 * Admits callers with a valid token; routes marked `@Public()` admit everybody. Calls passport with a custom callback, as
 * `AuthGuard` of @nestjs/passport does, but with one promise per request instead of several.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    if (this.isPublic(context)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    return new Promise((resolve, reject) => {
      const admit = (error: unknown, user: Principal | false | undefined) => {
        if (error) return reject(error);
        if (!user) return reject(refusal(request));
        request.user = user;
        resolve(true);
      };
      passport.authenticate('bearer', { session: false }, admit)(request, http.getResponse(), reject);
    });
  }

  private isPublic(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places) === true;
  }
}

/** Says `invalid_token` only where a token was sent (RFC 6750, 3.1). */
const refusal = ({ headers }: FastifyRequest) =>
  headers.authorization?.toLowerCase().startsWith('bearer ') ? new InvalidToken() : new NotAuthenticated();
