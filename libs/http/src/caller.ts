import { SetMetadata } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const PUBLIC = 'http:public';

/** Opens a route, or all routes of a controller, to callers without a token. Every other route requires one. */
export const Public = () => SetMetadata(PUBLIC, true);

/** The user id that the guard left on the request; undefined for a caller without a token. */
export const callerOf = (request: FastifyRequest): string | undefined =>
  (request as FastifyRequest & { user?: { id: string } }).user?.id;

/** Aborts when the client closes the connection before the whole response has been sent. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
