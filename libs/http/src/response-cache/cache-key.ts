import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** A longer key is replaced by its SHA-256, because a filter may fill the whole address line and Redis holds each key. */
const MAX_KEY_CHARACTERS = 200;

/** The parameter that asks for an uncached response. The response does not depend on it, so it is no part of the key. */
export const NOCACHE = 'nocache';

type Query = Record<string, string | string[] | undefined>;

const pair = (name: string, value: string): string => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

/**
 * The query in a form that is the same for equal queries: sorted by name, without `nocache`. The order of the values of one name
 * stays, because a handler may depend on it. `=` and `&` are escaped, so different queries have different forms.
 */
export const canonicalQuery = (query: Query): string =>
  Object.keys(query)
    .filter((name) => name !== NOCACHE)
    .sort()
    .flatMap((name) => [query[name] ?? ''].flat().map((value) => pair(name, value)))
    .join('&');

/** The key of a cached response: user, address and canonical query. All callers without a token share their responses. */
export function cacheKey(request: FastifyRequest, userId: string | undefined): string {
  const { url } = request;
  const end = url.indexOf('?');
  const path = (end < 0 ? url : url.slice(0, end)).replace(/\/$/, '');
  const query = end < 0 ? '' : canonicalQuery(request.query as Query);
  const question = `${path}?${query}`;
  return `${userId ?? 'anyone'}:${question.length > MAX_KEY_CHARACTERS ? hash('sha256', question) : question}`;
}

/** Whether the client asks for an uncached response: `?nocache=true` or `Cache-Control: no-cache`. */
export function asksForFresh(request: FastifyRequest): boolean {
  const control = request.headers['cache-control'];
  return (
    (request.query as Query)[NOCACHE] === 'true' ||
    (control !== undefined && /(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])/i.test(control))
  );
}
