import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DuplicateKey, type FilterJson, parseFilterJson } from './filter-json.js';

const plain = (value: FilterJson): unknown => {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
      return value.value;
    case 'string':
      return value.text;
    case 'number':
      return JSON.parse(value.text);
    case 'array':
      return value.items.map(plain);
    case 'object':
      return value.members.map(([key, member]) => [key, plain(member)]);
  }
};
const asMembers = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asMembers);
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([k, v]) => [k, asMembers(v)]);
  return value;
};

describe('JSON of filters', () => {
  it('has the same meaning as JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false } as object), (json) => {
        expect(plain(parseFilterJson(json))).toEqual(asMembers(JSON.parse(json)));
      }),
    );
  });

  it('keeps the text of a number that no double can hold', () => {
    expect(parseFilterJson('[12345678901234567890, 1.50, -0, 1E5]')).toEqual({
      kind: 'array',
      items: ['12345678901234567890', '1.50', '-0', '1E5'].map((text) => ({ kind: 'number', text })),
    });
  });

  it('does not take digits in a string for a number, with any quotes and backslashes around them', () => {
    for (const text of ['12', '"12"', '\\"12', '\\', 'n12', 's"', '": 1, "', '\u2028 1'])
      expect(parseFilterJson(JSON.stringify({ [text]: text }))).toEqual({
        kind: 'object',
        members: [[text, { kind: 'string', text }]],
      });
  });

  it('treats __proto__ as any other key', () => {
    expect(parseFilterJson('{"__proto__": {"gt": 1}}')).toMatchObject({ members: [['__proto__', { kind: 'object' }]] });
  });

  it.each(['{"a": 1, "a": 2}', '{"a": {"gte": 1, "gte": 2}}', '[{"a:": ":", "a:": 1}]', '{"a": 1, "\\u0061": 2}'])(
    'rejects a repeated key: %s',
    (json) => {
      expect(() => parseFilterJson(json)).toThrow(DuplicateKey);
    },
  );

  it.each(['', '{', "{'a': 1}", '{"a": 01}', '{"a": NaN}', '[1,]', '{"a": 1} 2'])(
    'rejects %s, which is no JSON',
    (json) => {
      expect(() => parseFilterJson(json)).toThrow(SyntaxError);
    },
  );
});
