import type { FastifyRequest } from 'fastify';
import { asksForFresh, cacheKey } from './cache-key.js';

export interface ConditionalGetOptions {
  /** The ETag promises the same meaning and not the same bytes. Implied by `volatile`. */
  weak?: boolean;
}

export interface CachedGetOptions extends ConditionalGetOptions {
  /** What the answer depends on. A write that changes the answer invalidates one of these tags. */
  tags: (request: FastifyRequest, userId: string | undefined) => string[];
  /** Life of the entry in milliseconds. At most DEFAULT_CACHE_TTL, which is also the default. */
  ttlMs?: number;
  /** Whether an answer may be stored; by default every answer may. Only answers with status 200 are asked about. */
  cacheable?: (body: never) => boolean;
  /**
   * A member of the body that describes the request and not the resource, such as the time it took. It stands at the end of the
   * body and is not part of the ETag. For an answer from the cache, `again` computes it from its value when the answer was loaded.
   */
  volatile?: { member: string; again: (loaded: never, elapsedMs: number) => unknown };
}

/** The keys of the options in the config of a Fastify route, where guards, hooks and interceptors find them. */
export const CACHED_GET = 'cachedGet';
export const CONDITIONAL_GET = 'conditionalGet';

interface RouteConfig {
  [CACHED_GET]?: CachedGetOptions;
  [CONDITIONAL_GET]?: ConditionalGetOptions;
}

const configOf = (request: FastifyRequest) => request.routeOptions.config as RouteConfig;

/** The options of the request's route if its answers are cached. */
export const cachedGetOptions = (request: FastifyRequest): CachedGetOptions | undefined =>
  configOf(request)[CACHED_GET];

/** The options of the request's route if its answers have an ETag and are not cached. */
export const conditionalGetOptions = (request: FastifyRequest): ConditionalGetOptions =>
  configOf(request)[CONDITIONAL_GET] ?? {};

/** What the cache is asked for a request of a user. */
export const questionOf = (request: FastifyRequest, { tags }: CachedGetOptions, userId: string | undefined) => ({
  key: cacheKey(request, userId),
  tags: tags(request, userId),
  bypass: asksForFresh(request),
});
