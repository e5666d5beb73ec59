import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who is asking. */
export interface Principal {
  id: string;
  /** SHA-256 of the token that was sent, in hex. */
  tokenHash: string;
}

/** The caller of a route behind the BearerGuard. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>().user,
);
