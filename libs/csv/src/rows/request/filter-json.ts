/** A JSON value whose numbers keep their text: no double holds `12345678901234567890`, but a cell may. */
export type FilterJson =
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'array'; items: FilterJson[] }
  | { kind: 'object'; members: [string, FilterJson][] };

/** A key that an object has twice; JSON.parse would drop the first. `pointer` is an RFC 6901 pointer to it. */
export class DuplicateKey extends Error {
  constructor(readonly pointer: string) {
    super(`${pointer} is given twice`);
  }
}

/** An RFC 6901 pointer to a member or an item of what `pointer` points to. */
export const within = (pointer: string, member: string | number): string =>
  `${pointer}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** In valid JSON a string is a key if and only if a colon follows it. */
const STRING_OR_NUMBER = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*/gs;

/**
 * Parses JSON without converting its numbers to doubles: in text that JSON.parse accepts, every string gets the prefix `s`, every number
 * becomes a string with the prefix `n`, and every key gets its place in the text as a prefix, so that none is lost.
 * @throws DuplicateKey, SyntaxError
 */
export function parseFilterJson(json: string): FilterJson {
  JSON.parse(json);
  const tagged = json.replace(
    STRING_OR_NUMBER,
    (token, inside: string | undefined, colon: string | undefined, place: number) => {
      if (inside === undefined) return `"n${token}"`;
      return colon === undefined ? `"s${inside}"` : `"${place}:${inside}"${colon}`;
    },
  );
  return untag(JSON.parse(tagged), '');
}

function untag(value: unknown, pointer: string): FilterJson {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'string') return { kind: value[0] === 'n' ? 'number' : 'string', text: value.slice(1) };
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map((item, index) => untag(item, within(pointer, index))) };
  }
  const keys = new Set<string>();
  const members = Object.entries(value as object).map(([tagged, member]): [string, FilterJson] => {
    const key = tagged.slice(tagged.indexOf(':') + 1);
    if (keys.has(key)) throw new DuplicateKey(within(pointer, key));
    keys.add(key);
    return [key, untag(member, within(pointer, key))];
  });
  return { kind: 'object', members };
}
