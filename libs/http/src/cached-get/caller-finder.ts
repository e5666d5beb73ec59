import type { FastifyRequest } from 'fastify';

/**
 * Finds out who is asking by the request's head alone, as the guard would. Whoever knows the tokens provides one; it is
 * looked for all over the application.
 */
export abstract class CallerFinder {
  /** @returns what the guard would leave on the request as its `user`; null where the guard is to have its say. */
  abstract find(request: FastifyRequest): Promise<{ id: string } | null>;
}
