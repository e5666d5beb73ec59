/** A body of one kind that costs as much as `bytes` allow. @param fields names that the operation knows */
type WorstBody = (bytes: number, fields: readonly string[]) => string;

/** What surrounds a value, with some room for a value that cannot be cut exactly. */
const SLACK = 8;

/** Repeats members up to the limit. */
function members(bytes: number, member: (index: number) => string): string {
  const parts: string[] = [];
  let length = 2;
  for (let i = 0; ; i += 1) {
    const next = member(i);
    length += next.length + 1;
    if (length > bytes) break;
    parts.push(next);
  }
  return parts.join(',');
}

/** An object in which each known field has this value; the value may use its share of the limit. */
const inEachField =
  (value: (bytes: number) => string): WorstBody =>
  (bytes, fields) => {
    const share = Math.floor((bytes - 2) / fields.length);
    return `{${fields.map((name) => `"${name}":${value(share - name.length - SLACK)}`).join(',')}}`;
  };

/** The same value in one field, which has all of the limit. */
const inOneField =
  (value: (bytes: number) => string, field: number): WorstBody =>
  (bytes, fields) => {
    const name = fields[field % fields.length]!;
    return `{"${name}":${value(bytes - name.length - SLACK)}}`;
  };

const filled = (bytes: number, open: string, unit: string, close: string) =>
  open + unit.repeat(Math.max(0, Math.floor((bytes - open.length - close.length) / unit.length))) + close;

const VALUES: Record<string, (bytes: number) => string> = {
  'an array of numbers': (bytes) => filled(bytes, '[', '1,', '1]'),
  'an array of objects': (bytes) => filled(bytes, '[', '{"a":1},', '1]'),
  'an array of arrays': (bytes) => filled(bytes, '[', '[[]],', '1]'),
  'a deep array': (bytes) => '['.repeat(Math.floor(bytes / 2)) + ']'.repeat(Math.floor(bytes / 2)),
  'a deep object': (bytes) => `${'{"a":'.repeat(Math.floor(bytes / 6))}1${'}'.repeat(Math.floor(bytes / 6))}`,
  'an object of many names': (bytes) => `{${members(bytes, (i) => `"k${i}":1`)}}`,
  'a wide tree as deep as allowed': (bytes) =>
    `${'['.repeat(28)}${filled(bytes - 56, '', '[1],', '1')}${']'.repeat(28)}`,
  'a long text': (bytes) => filled(bytes, '"', 'a', '"'),
  'a text of blanks': (bytes) => filled(bytes, '"a', ' ', 'b"'),
  'a text of at signs': (bytes) => filled(bytes, '"', 'a@', 'b.org"'),
  'a text of dots': (bytes) => filled(bytes, '"a@', 'a.', 'org"'),
  'a text of escapes': (bytes) => filled(bytes, '"', '\\u00e9', '"'),
  'a text of digits': (bytes) => filled(bytes, '"', '9', '"'),
  // As raw UTF-8, two bytes each. The marks of the second half belong before all those of the first half.
  'a text of marks in the worst order': (bytes) => {
    const half = Math.max(0, Math.floor((bytes - 4) / 4));
    return `"a${'\u0301'.repeat(half)}${'\u0316'.repeat(half)}"`;
  },
  'a text of encoded at signs': (bytes) => filled(bytes, '"', '%40', '"'),
  'a text of combining marks': (bytes) => filled(bytes, '"a', '\\u0316\\u0301', '"'),
  'a long number': (bytes) => '9'.repeat(bytes),
  'a long fraction': (bytes) => `0.${'1'.repeat(bytes - 2)}`,
};

/** Bodies that once cost, or could cost, more than their size. Each fits into the limit. */
export const WORST_BODIES: Record<string, WorstBody> = {
  'unknown names': (bytes) => `{${members(bytes, (i) => `"${i.toString(36)}":0`)}}`,
  'unknown names of methods': (bytes) => `{${members(bytes, () => '"toString":0')}}`,
  'one name again and again': (bytes, fields) => `{${members(bytes, () => `"${fields[0]}":0`)}}`,
  'a long unknown name': (bytes) => `{"${'a'.repeat(bytes - 6)}":0}`,
  'an array instead of an object': (bytes) => VALUES['an array of objects']!(bytes),
  'blanks around nothing': (bytes) => `${' '.repeat(bytes - 2)}{}`,
  ...Object.fromEntries(
    Object.entries(VALUES).flatMap(([kind, value]) => [
      [`${kind} in the first field`, inOneField(value, 0)],
      [`${kind} in the second field`, inOneField(value, 1)],
      [`${kind} in each field`, inEachField(value)],
    ]),
  ),
};
