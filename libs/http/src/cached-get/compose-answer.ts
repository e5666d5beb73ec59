import type { CacheOutcome } from '@app/cache';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asksForFresh, cacheKey } from './cache-key.js';
import type { CachedGetOptions } from './cached-get.options.js';
import { conditionalReply } from './conditional-reply.js';
import { unpackAnswer, withMember } from './stored-answer.js';

/** What the cache is asked for a request. */
export const questionOf = (request: FastifyRequest, { tags }: CachedGetOptions) => ({
  key: cacheKey(request),
  tags: tags(request),
  bypass: asksForFresh(request),
});

/**
 * Makes a reply of an answer as it is kept: head and status on the reply, 304 where the client has it.
 * @param begun `performance.now()` at the request's start
 * @returns the body to send, if any
 */
export function composeAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { volatile }: CachedGetOptions,
  { bytes, outcome }: { bytes: Buffer; outcome: CacheOutcome },
  begun: number,
): Buffer | undefined {
  const { head, body } = unpackAnswer(bytes);
  reply.header('x-cache', outcome);
  reply.headers(head.headers);
  const sent = conditionalReply(request, reply, head.etag, body);
  if (sent === undefined || volatile === undefined) return sent;
  const loaded = head.volatile as never;
  const member = outcome === 'HIT' ? volatile.again(loaded, performance.now() - begun) : loaded;
  return withMember(sent, volatile.member, member);
}
