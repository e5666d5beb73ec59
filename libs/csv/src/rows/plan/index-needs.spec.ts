import { describe, expect, it } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { hasTrigram } from '../indexes/index-definition.js';
import { rankQuery } from '../plan/rank-query.js';
import { Columns } from '../request/columns.js';
import { CursorCodec } from '../request/cursor-codec.js';
import { parseRowsQuery, type RawSelection } from '../request/parse-rows-query.js';
import { indexNeeds } from './index-needs.js';

const columns = new Columns(newColumns({ a: 'text', n: 'number', t: 'datetime' }), '.');
const selection = (raw: RawSelection) => parseRowsQuery(raw, columns, new CursorCodec('secret'));

describe('the indexes that a query needs', () => {
  const needs = (raw: RawSelection) => {
    const { filters, order } = indexNeeds(selection(raw));
    return [...filters, ...(order ? [order] : [])].map(({ kind, column }) => `${kind} ${column?.key ?? '*'}`);
  };

  it.each<[RawSelection, string[]]>([
    [{}, []],
    [{ sort_by: '-id' }, []],
    [{ filters: '{"a": "x"}' }, ['order_asc a']],
    [{ filters: '{"a": ["x"], "n": {"gt": 1, "lt": 2}}' }, ['order_asc a', 'order_asc n']],
    [{ filters: '{"a": {"is_null": true}}' }, ['order_asc a']],
    [{ filters: '{"a": {"is_null": false}}' }, []],
    [{ filters: '{"a": {"ne": "x"}}' }, []],
    [{ filters: '{"a": {"contains": "abc"}}' }, ['contains a']],
    [{ filters: '{"a": {"contains": "ab"}}' }, []],
    [{ filters: '{"a": {"starts_with": "a"}}' }, ['contains a']],
    [{ filters: '{"a": {"ends_with": "ab"}}' }, ['contains a']],
    [{ filters: '{"a": {"ends_with": "b"}}' }, []],
    [{ search: 'abc' }, ['search *']],
    [{ search: 'a' }, []],
    [{ sort_by: 'a,-n' }, ['order_asc a']],
    [{ sort_by: '-n', filters: '{"n": {"gt": 1}}' }, ['order_desc n', 'order_desc n']],
    [{ sort_by: '-n', filters: '{"a": "x"}' }, ['order_asc a', 'order_desc n']],
  ])('%j: %j', (raw, expected) => {
    expect(needs(raw)).toEqual(expected);
  });
});

describe('whether trigrams can find a text', () => {
  it.each([
    ['abc', 'inside', true],
    ['ab', 'inside', false],
    ['a b', 'inside', true],
    ['-a-', 'inside', true],
    ['%%%', 'inside', false],
    ['', 'inside', false],
    ['漢字か', 'inside', true],
    ['😀😀😀', 'inside', false],
    ['a', 'start', true],
    ['%', 'start', false],
    ['a', 'end', false],
    ['ab', 'end', true],
  ] as const)('%s, %s: %s', (text, place, expected) => {
    expect(hasTrigram(text, place)).toBe(expected);
  });
});

describe('a count by rank', () => {
  it.each<[RawSelection]>([
    [{}],
    [{ search: 'x' }],
    [{ filters: '{"a": "x", "n": 1}' }],
    [{ filters: '{"a": {"contains": "x"}}' }],
    [{ filters: '{"n": {"gt": 1, "ne": 2}}' }],
    [{ filters: '{"n": {"in": [1], "lt": 2}}' }],
    [{ filters: '{"t": ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"]}' }],
    [{ filters: '{"n": 1}', search: 'x' }],
  ])('is impossible for %j', (raw) => {
    expect(rankQuery(selection(raw))).toBeNull();
  });

  it('intersects the ranges of all conditions on the column', () => {
    expect(rankQuery(selection({ filters: '{"n": {"gt": 1, "lte": 5, "between": [0, 4]}}' }))).toMatchObject({
      of: 'ranges',
      ranges: [
        {
          lower: [
            { value: '1', side: 'upto' },
            { value: '0', side: 'below' },
          ],
          upper: [
            { value: '5', side: 'upto' },
            { value: '4', side: 'upto' },
          ],
        },
      ],
    });
  });

  it('counts a repeated value once', () => {
    expect(rankQuery(selection({ filters: '{"n": [1, 1.0, "1"]}' }))?.ranges).toHaveLength(1);
  });
});
