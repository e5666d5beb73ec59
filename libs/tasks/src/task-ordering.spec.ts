import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDERABLE, type OrderKey, parseOrdering } from './task-ordering.js';

const written = (keys: readonly OrderKey[]) =>
  keys.map(({ field, descending }) => (descending ? `-${field}` : field)).join(',');

describe('reading an ordering', () => {
  it('takes keys in their order of importance, `-` for descending', () => {
    expect(parseOrdering('-due_date,priority,created_at')).toEqual([
      { field: 'due_date', descending: true },
      { field: 'priority', descending: false },
      { field: 'created_at', descending: false },
    ]);
  });

  it('reads what it would write', () => {
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
  ])('does not take %j', (text) => {
    expect(parseOrdering(text)).toBeUndefined();
  });

  it.each(['title,title', 'title,-title'])('does not take a key twice, as in %j', (text) => {
    expect(parseOrdering(text)).toBeUndefined();
  });

  it('lets nothing through but its own fields', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ORDERABLE, ...'-, ;\'"(') }), (text) => {
        for (const { field } of parseOrdering(text) ?? []) expect(ORDERABLE).toContain(field);
      }),
    );
  });
});
