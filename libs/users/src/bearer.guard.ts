import { PUBLIC } from '@app/http';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { InvalidToken, NotAuthenticated } from './users.problems.js';

/** Admits callers with a valid token; routes marked `@Public()` admit everybody. */
@Injectable()
export class BearerGuard extends AuthGuard('bearer') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    return isPublic === true || super.canActivate(context);
  }

  /** Says `invalid_token` only where a token was sent (RFC 6750, 3.1). */
  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (error) throw error;
    if (user) return user;
    const sent = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization;
    throw sent?.toLowerCase().startsWith('bearer ') ? new InvalidToken() : new NotAuthenticated();
  }
}
