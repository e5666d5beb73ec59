import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The strong validator of a body by its SHA-256 in base64url. 132 bits are ample. */
export const etagOfHash = (sha256: string): string => `"${sha256.slice(0, 22)}"`;

/** A strong validator (RFC 9110, 8.8.3): the same bytes have the same tag. */
export const strongEtag = (body: string | Buffer): string => etagOfHash(hash('sha256', body, 'base64url'));

/** A weak validator, for bodies that are equal in meaning and may differ in bytes. */
export const weakEtag = (body: string | Buffer): string => `W/${strongEtag(body)}`;

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/**
 * Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 13.1.2). The header is `*` or a list of quoted tags. A tag
 * may contain a comma, so the list is matched tag by tag and not split.
 */
export function noneMatchNames(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const wanted = opaque(etag);
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === wanted);
}

/**
 * Sets the headers of a response with an ETag, and its status: 200 or 304. A 304 has the same headers as the 200 would have
 * (RFC 9110, 15.4.5). A browser may store the response but must revalidate it; shared caches may not store it.
 * @param more other headers of both.
 * @returns the body to send; undefined when the client has it already.
 */
export function conditionalReply<B>(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  body: B,
  more?: Record<string, string>,
): B | undefined {
  const vary = reply.getHeader('vary');
  reply.headers({
    ...more,
    etag,
    'cache-control': 'private, no-cache',
    vary: vary === undefined ? 'Authorization' : `${vary}, Authorization`,
  });
  if (noneMatchNames(request.headers['if-none-match'], etag)) {
    reply.status(304);
    return undefined;
  }
  reply.type('application/json; charset=utf-8');
  return body;
}
