import { hash } from 'node:crypto';

/** A strong validator (RFC 9110, 8.8.3): the same bytes, the same tag. 132 bits of SHA-256 tell answers apart by far. */
export const strongEtag = (body: string): string => `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** The same for bodies that are equal in meaning and not byte for byte. */
export const weakEtag = (body: string): string => `W/${strongEtag(body)}`;

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/**
 * Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 13.1.2): `*`, or a list of tags, quotes and all.
 * A comma may stand inside a tag, so the list is read tag by tag and not split.
 */
export function noneMatchNames(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const wanted = opaque(etag);
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === wanted);
}
