/** Tells whether a task may be changed at this version. Without an If-Match, every version may. */
export type VersionCondition = (version: number) => boolean;

/** The condition of a request without If-Match. */
export const anyVersion: VersionCondition = () => true;

/** The strong ETag of a task. Each change of the task changes it. */
export const etagOf = ({ version }: { version: number }): string => `"${version}"`;

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * Parses If-Match (RFC 9110, 13.1.1): `*` or a list of ETags. The comparison is strong, so a weak ETag matches nothing. An invalid
 * header matches nothing either: a needless 412 is better than an unwanted change.
 */
export function versionCondition(ifMatch: string | undefined): VersionCondition {
  if (ifMatch === undefined) return anyVersion;
  // Our ETags hold no comma, so the list is split at each comma.
  const tags = ifMatch
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  if (tags.length === 1 && tags[0] === '*') return anyVersion;
  if (!tags.every((tag) => ENTITY_TAG.test(tag))) return () => false;
  return (version) => tags.includes(etagOf({ version }));
}
