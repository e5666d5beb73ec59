import type { FastifyReply, FastifyRequest } from 'fastify';
import { noneMatchNames } from './etag.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Sets what goes with a cacheable answer and decides between 200 and 304 (RFC 9110, 15.4.5: a 304 carries the headers
 * that the 200 would). A browser may keep the answer and must ask each time; nobody else may keep it, and another token
 * means another answer.
 * @returns the body to send; none when the client has it already.
 */
export function conditionalReply<B>(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  body: B,
): B | undefined {
  const vary = reply.getHeader('vary');
  reply.headers({
    etag,
    'cache-control': 'private, no-cache',
    vary: vary === undefined ? 'Authorization' : `${vary}, Authorization`,
  });
  if (noneMatchNames(request.headers['if-none-match'], etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type(JSON_TYPE);
  return body;
}
