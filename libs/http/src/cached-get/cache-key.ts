import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** A longer question (a filter may fill the address line) is named by its SHA-256: a key stays small in Redis. */
const MAX_QUESTION = 200;

/** The parameter by which a client asks for an uncached answer; what is answered does not depend on it. */
const NOCACHE = 'nocache';

type Query = Record<string, string | string[] | undefined>;

const pair = (name: string, value: string): string => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

/**
 * The query in the one spelling that all equal ones share: sorted by name, without `nocache`. The order among the values
 * of one name is kept, as a handler may heed it. Different queries never meet in one spelling: `=` and `&` are escaped.
 */
export const canonicalQuery = (query: Query): string =>
  Object.keys(query)
    .filter((name) => name !== NOCACHE)
    .sort()
    .flatMap((name) => [query[name] ?? ''].flat().map((value) => pair(name, value)))
    .join('&');

/** Names an answer: whose, of which address, asked how. A caller without a token shares with others like him. */
export function cacheKey(request: FastifyRequest): string {
  const { url } = request;
  const end = url.indexOf('?');
  const path = (end < 0 ? url : url.slice(0, end)).replace(/\/$/, '');
  const query = end < 0 ? '' : canonicalQuery(request.query as Query);
  const question = `${path}?${query}`;
  return `${callerOf(request) ?? 'anyone'}:${question.length > MAX_QUESTION ? hash('sha256', question) : question}`;
}

/** The id that the guard left on the request. */
export const callerOf = (request: FastifyRequest): string | undefined =>
  (request as FastifyRequest & { user?: { id: string } }).user?.id;

/** Whether the client wants no cached answer: `?nocache=true` or `Cache-Control: no-cache`. */
export function asksForFresh(request: FastifyRequest): boolean {
  const control = request.headers['cache-control'];
  return (
    (request.query as Query)[NOCACHE] === 'true' ||
    (control !== undefined && /(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])/i.test(control))
  );
}
