import type { FastifyRequest } from 'fastify';

/**
 * Finds out who is asking by the request's head and the cache alone. Whoever knows the tokens provides one; it is looked for
 * all over the application.
 */
export abstract class CallerFinder {
  /** What was sent to prove who asks, by a name that does not give it away; undefined where the guard is to have its say. */
  abstract senderOf(request: FastifyRequest): string | undefined;

  /** @returns what the guard would leave on the request as its `user`; null where the guard is to have its say. */
  abstract find(sender: string): Promise<{ id: string } | null>;
}
