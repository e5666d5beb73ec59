import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { asksForFresh, cacheKey, canonicalQuery } from './cache-key.js';

const query = fc.dictionary(
  fc.string().filter((name) => name !== 'nocache'),
  fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 2 })),
);

const newRequest = (url: string, request: object = {}) => {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URL(url, 'http://host').searchParams)
    query[name] = name in query ? [query[name]!, value].flat() : value;
  return { url, query, headers: {}, ...request } as unknown as FastifyRequest;
};

describe('the canonical query', () => {
  it('does not depend on the order of the names', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const reversed = Object.fromEntries(Object.entries(asked).reverse());
        expect(canonicalQuery(reversed)).toBe(canonicalQuery(asked));
      }),
    );
  });

  it('differs for different queries', () => {
    fc.assert(
      fc.property(query, query, (one, two) => {
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(two).sort());
        fc.pre(!same);
        expect(canonicalQuery(one)).not.toBe(canonicalQuery(two));
      }),
    );
  });

  it('can be parsed back to the same names and values', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const back = [...new URLSearchParams(canonicalQuery(asked).replaceAll('+', '%2B'))];
        const pairs = Object.entries(asked).flatMap(([name, value]) => [value].flat().map((v) => [name, v]));
        expect(back).toHaveLength(pairs.length);
        expect(new Set(back.map(String))).toEqual(new Set(pairs.map(String)));
      }),
    );
  });
});

const keyOf = (url: string, userId?: string) => cacheKey(newRequest(url), userId);

describe('the key of a cached answer', () => {
  it('ignores nocache and a trailing slash', () => {
    expect(keyOf('/tasks/?b=2&nocache=false&a=1')).toBe(keyOf('/tasks?a=1&b=2'));
    expect(keyOf('/tasks/')).toBe(keyOf('/tasks'));
  });

  it('stays short for long queries and still differs', () => {
    const [one, two] = ['a', 'b'].map((end) => keyOf(`/tasks?search=${'x'.repeat(5000)}${end}`));
    expect(one!.length).toBeLessThan(100);
    expect(one).not.toBe(two);
  });

  it('differs by user, address and query', () => {
    const keys = [
      keyOf('/tasks', 'u1'),
      keyOf('/tasks', 'u2'),
      keyOf('/tasks'),
      keyOf('/tasks/1', 'u1'),
      keyOf('/tasks?a=1', 'u1'),
      keyOf('/tasks?a=1&a=2', 'u1'),
      keyOf('/tasks?a=2&a=1', 'u1'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a client that asks for a fresh answer', () => {
  it.each(['no-cache', 'No-Cache', 'max-age=0, no-cache', 'no-cache,max-age=0', 'no-store'])(
    'says so with Cache-Control: %s',
    (control) => {
      expect(asksForFresh(newRequest('/x', { headers: { 'cache-control': control } }))).toBe(true);
    },
  );

  it.each(['max-age=0', 'private', 'x-no-cache', 'no-cachet', ''])('does not with Cache-Control: %s', (control) => {
    expect(asksForFresh(newRequest('/x', { headers: { 'cache-control': control } }))).toBe(false);
  });

  it('says so with nocache=true, and with no other value', () => {
    expect(asksForFresh(newRequest('/x?nocache=true'))).toBe(true);
    expect(asksForFresh(newRequest('/x?nocache=false'))).toBe(false);
    expect(asksForFresh(newRequest('/x'))).toBe(false);
  });
});
