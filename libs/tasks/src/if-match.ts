/** Whether a version is one that the caller has seen; without an If-Match every version is. */
export type VersionCondition = (version: number) => boolean;

export const anyVersion: VersionCondition = () => true;

/** The strong ETag of a task: each change gives it another. */
export const etagOf = ({ version }: { version: number }): string => `"${version}"`;

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * What If-Match asks for (RFC 9110, 13.1.1): `*`, or a list of ETags, compared strongly, so a weak one matches nothing.
 * What is no such list matches nothing either: better a needless 412 than a change nobody wanted.
 */
export function versionCondition(ifMatch: string | undefined): VersionCondition {
  if (ifMatch === undefined) return anyVersion;
  // An ETag of ours holds no comma, so a list may be cut at each.
  const tags = ifMatch
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  if (tags.length === 1 && tags[0] === '*') return anyVersion;
  if (!tags.every((tag) => ENTITY_TAG.test(tag))) return () => false;
  return (version) => tags.includes(etagOf({ version }));
}
