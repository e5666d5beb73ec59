/** A JSON value whose numbers keep their text: no double holds `12345678901234567890`, but a cell may. */
export type FilterJson =
  | { kind: 'string'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }
  | { kind: 'array'; items: FilterJson[] }
  | { kind: 'object'; members: [string, FilterJson][] };

export class DuplicateKey extends Error {}

const STRING_OR_NUMBER = /"((?:[^"\\]|\\.)*)"|-?\d[\d.eE+-]*/gs;

/**
 * Parses JSON without converting its numbers to doubles: in text that JSON.parse accepts, every string gets the prefix `s`, and every
 * number becomes a string with the prefix `n`.
 * @throws DuplicateKey where an object has a key twice (JSON.parse would drop the first); SyntaxError
 */
export function parseFilterJson(json: string): FilterJson {
  JSON.parse(json);
  const tagged = json.replace(STRING_OR_NUMBER, (token, inside: string | undefined) =>
    inside === undefined ? `"n${token}"` : `"s${inside}"`,
  );
  const parsed = JSON.parse(tagged);
  // JSON without its strings has one colon for each member.
  const written = json.replace(STRING_OR_NUMBER, '').split(':').length - 1;
  if (written !== countMembers(parsed)) throw new DuplicateKey();
  return untag(parsed);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, member) => sum + countMembers(member), own);
}

function untag(value: unknown): FilterJson {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'string') return { kind: value[0] === 'n' ? 'number' : 'string', text: value.slice(1) };
  if (Array.isArray(value)) return { kind: 'array', items: value.map(untag) };
  return {
    kind: 'object',
    members: Object.entries(value as object).map(([key, member]) => [key.slice(1), untag(member)]),
  };
}
