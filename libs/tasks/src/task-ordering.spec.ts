import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDERABLE, type OrderKey, parseOrdering } from './task-ordering.js';

const written = (keys: readonly OrderKey[]) =>
  keys.map(({ field, descending }) => (descending ? `-${field}` : field)).join(',');

describe('parsing an ordering', () => {
  it('reads keys in order, with `-` for descending', () => {
    expect(parseOrdering('-due_date,priority,created_at')).toEqual([
      { field: 'due_date', descending: true },
      { field: 'priority', descending: false },
      { field: 'created_at', descending: false },
    ]);
  });

  it('reads every valid ordering', () => {
    const orderings = fc
      .subarray([...ORDERABLE], { minLength: 1 })
      .chain((fields) => fc.shuffledSubarray(fields, { minLength: fields.length }))
      .chain((fields) =>
        fc.tuple(...fields.map((field) => fc.record({ field: fc.constant(field), descending: fc.boolean() }))),
      );
    fc.assert(
      fc.property(orderings, (keys) => {
        expect(parseOrdering(written(keys))).toEqual(keys);
      }),
    );
  });

  it.each([
    '',
    ',',
    'due_date,',
    '--due_date',
    '+due_date',
    'Due_date',
    ' due_date',
    'due_date asc',
    'user_id',
    'version',
    '-',
  ])('rejects %j', (text) => {
    expect(parseOrdering(text)).toBeUndefined();
  });

  it.each(['title,title', 'title,-title'])('rejects a repeated key, as in %j', (text) => {
    expect(parseOrdering(text)).toBeUndefined();
  });

  it('returns only known fields for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ORDERABLE, ...'-, ;\'"(') }), (text) => {
        for (const { field } of parseOrdering(text) ?? []) expect(ORDERABLE).toContain(field);
      }),
    );
  });
});
