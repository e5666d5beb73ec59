import type { FastifyRequest } from 'fastify';

export interface CachedGetOptions {
  /** What the answer depends on; a write that changes it invalidates one of these. */
  tags: (request: FastifyRequest) => string[];
  /** Life of the entry in milliseconds, bounded by DEFAULT_CACHE_TTL, which is also the default. */
  ttlMs?: number;
  /** Whether an answer may be kept; all may, if not said. Only those with status 200 are asked about. */
  cacheable?: (body: never) => boolean;
  /** The ETag promises the same meaning and not the same bytes. Implied by `volatile`. */
  weak?: boolean;
  /**
   * A member of the body that tells of the request and not of the resource, such as how long it took. It goes to the end of
   * the body, has no part in the ETag, and for an answer out of the cache is made `again` from what it was when that was loaded.
   */
  volatile?: { member: string; again: (loaded: never, elapsedMs: number) => unknown };
}

/** Where the options lie in Fastify's config of a route. */
export const CACHED_GET = 'cachedGet';

/** The options of the route that a request goes to, if its answers are cached. */
export const cachedGetOptions = (request: FastifyRequest): CachedGetOptions | undefined =>
  (request.routeOptions.config as { [CACHED_GET]?: CachedGetOptions })[CACHED_GET];

export const CONDITIONAL_GET = 'http:conditional-get';
