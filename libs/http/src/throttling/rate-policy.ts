import type { FastifyReply } from 'fastify';
import { RateLimited } from './rate-limit.problems.js';
import { secondsLeft, WINDOW_SECONDS } from './rate-window.js';

/** So many requests a window, and under which name the headers tell of it. */
export interface RatePolicy {
  name: string;
  quota: number;
}

/**
 * Tells the client how it stands (`RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers-10), and
 * refuses a request over the quota. Where several policies hold, each adds itself to the headers.
 * @param used requests of this window, this one among them
 * @throws RateLimited
 */
export function holdTo({ name, quota }: RatePolicy, used: number, reply: FastifyReply): void {
  const left = secondsLeft();
  append(reply, 'ratelimit-policy', `"${name}";q=${quota};w=${WINDOW_SECONDS}`);
  append(reply, 'ratelimit', `"${name}";r=${Math.max(0, quota - used)};t=${left}`);
  if (used <= quota) return;
  throw new RateLimited({ policy: name, retry_after_seconds: left }, { headers: { 'Retry-After': String(left) } });
}

function append(reply: FastifyReply, header: string, value: string): void {
  const before = reply.getHeader(header);
  reply.header(header, before === undefined ? value : `${before}, ${value}`);
}
