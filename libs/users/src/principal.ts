import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The caller of a request. */
export interface Principal {
  id: string;
  /** SHA-256 of the caller's token, in hex. */
  tokenHash: string;
}

/** The caller of a route behind the BearerGuard. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>().user,
);
