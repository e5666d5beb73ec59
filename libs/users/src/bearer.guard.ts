import { PUBLIC } from '@app/http';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { InvalidToken, NotAuthenticated } from './users.problems.js';

/** Lets in whoever has a live token; routes marked `@Public()` let in everybody. */
@Injectable()
export class BearerGuard extends AuthGuard('bearer') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    const open = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    return open === true || super.canActivate(context);
  }

  /** RFC 6750, 3.1: `invalid_token` is said only where a token was sent. */
  override handleRequest<T>(error: unknown, user: T | false, _info: unknown, context: ExecutionContext): T {
    if (error) throw error;
    if (user) return user;
    const sent = context.switchToHttp().getRequest<FastifyRequest>().headers.authorization;
    throw sent?.toLowerCase().startsWith('bearer ') ? new InvalidToken() : new NotAuthenticated();
  }
}
