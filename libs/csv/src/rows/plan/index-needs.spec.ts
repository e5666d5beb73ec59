import { describe, expect, it } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { hasTrigram, type IndexChoice } from '../indexes/index-definition.js';
import { rankQuery } from '../plan/rank-query.js';
import { Columns } from '../request/columns.js';
import { CursorCodec } from '../request/cursor-codec.js';
import { parseRowsQuery, type RawSelection } from '../request/parse-rows-query.js';
import { choicesIn, indexNeeds, isServed } from './index-needs.js';

const columns = new Columns(newColumns({ a: 'text', n: 'number', t: 'datetime' }));
const nameOf = ({ kind, column }: IndexChoice): string => `${kind} ${column?.key ?? '*'}`;
const selection = (raw: RawSelection) => parseRowsQuery(raw, columns, new CursorCodec('secret'));

describe('the indexes that a query needs', () => {
  const needs = (raw: RawSelection) => {
    const { filter, order } = indexNeeds(selection(raw));
    return [...choicesIn(filter), ...(order ? [order] : [])].map(nameOf);
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
    [{ filters: '{"a": {"not_in": ["x"]}, "n": {"ne": 1}}' }, []],
    [{ filters: '{"a": {"not_contains": "abc"}}' }, []],
    [{ filters: '{"$and": [{"a": "x"}, {"n": 1}]}' }, ['order_asc a', 'order_asc n']],
    [{ filters: '{"$or": [{"a": "x"}, {"a": {"contains": "abc"}}, {"a": "y"}]}' }, ['order_asc a', 'contains a']],
    [{ filters: '{"$or": [{"a": "x", "n": 1}, {"n": 2}]}' }, ['order_asc a', 'order_asc n']],
    [{ filters: '{"$or": [{"a": "x"}, {"n": {"ne": 1}}]}' }, []],
    [{ filters: '{"$or": [{"a": "x"}, {"n": {"ne": 1}}], "n": {"gt": 0}}' }, ['order_asc n']],
    [{ filters: '{"$or": [{"a": "x", "n": {"ne": 1}}, {"n": 2}]}' }, ['order_asc a', 'order_asc n']],
    [{ filters: '{"$not": {"a": "x"}}' }, []],
    [{ filters: '{"$not": {"n": {"between": [1, 2]}}}' }, []],
    [{ filters: '{"$not": {"n": {"gte": 1}}}' }, ['order_asc n']],
    [{ filters: '{"$not": {"a": {"not_contains": "abc"}}}' }, ['contains a', 'order_asc a']],
    [{ filters: '{"$not": {"$or": [{"a": "x"}, {"n": {"gt": 5}}]}}' }, ['order_asc n']],
    [{ filters: '{"$not": {"$not": {"a": "x"}}}', sort_by: 'a' }, ['order_asc a', 'order_asc a']],
    [{ search: 'abc', filters: '{"$or": [{"a": "x"}, {"n": 1}]}' }, ['order_asc a', 'order_asc n', 'search *']],
    [{ search: 'abc' }, ['search *']],
    [{ search: 'a' }, []],
    [{ sort_by: 'a,-n' }, ['order_asc a']],
    [{ sort_by: '-n', filters: '{"n": {"gt": 1}}' }, ['order_desc n', 'order_desc n']],
    [{ sort_by: '-n', filters: '{"a": "x"}' }, ['order_asc a', 'order_desc n']],
  ])('%j: %j', (raw, expected) => {
    expect(needs(raw)).toEqual(expected);
  });
});

describe('whether indexes find the rows of a filter', () => {
  it.each<[string, string[], boolean]>([
    ['{"a": "x", "n": 1}', [], false],
    ['{"a": "x", "n": 1}', ['order_asc n'], true],
    ['{"$or": [{"a": "x"}, {"n": 1}]}', ['order_asc n'], false],
    ['{"$or": [{"a": "x"}, {"n": 1}]}', ['order_asc n', 'order_asc a'], true],
    ['{"$or": [{"a": "x", "t": "2024-01-01"}, {"n": 1}]}', ['order_asc n', 'order_asc t'], true],
    ['{"$or": [{"a": "x"}, {"n": {"ne": 1}}]}', ['order_asc n', 'order_asc a'], false],
    ['{"$or": [{"a": "x"}, {"n": {"ne": 1}}], "n": 2}', ['order_asc n'], true],
    ['{"$and": [{"$or": [{"a": "x"}, {"n": 1}]}, {"t": "2024-01-01"}]}', ['order_asc t'], true],
  ])('%s with %j: %s', (filters, ready, expected) => {
    const { filter } = indexNeeds(selection({ filters }));
    expect(isServed(filter, (index) => ready.includes(nameOf(index)))).toBe(expected);
  });

  it('is false for alternatives on more than eight columns', () => {
    const many = newColumns(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`c${n}`, 'text' as const])));
    const filterOn = (keys: string[]) => {
      const filters = JSON.stringify({ $or: keys.map((key) => ({ [key]: 'x' })) });
      return indexNeeds(parseRowsQuery({ filters }, new Columns(many), new CursorCodec('secret'))).filter;
    };
    const keys = many.map(({ key }) => key);
    expect(isServed(filterOn(keys), () => true)).toBe(false);
    expect(isServed(filterOn(keys.slice(1)), () => true)).toBe(true);
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
    [{ filters: '{"$or": [{"n": {"lt": 5}}, {"n": {"gt": 3}}]}' }],
    [{ filters: '{"$or": [{"n": 1}, {"a": "x"}]}' }],
    [{ filters: '{"$or": [{"n": 1}, {"n": {"ne": 1}}]}' }],
    [{ filters: '{"$or": [{"n": {"ne": 1}}, {"n": {"is_null": true}}]}' }],
    [{ filters: '{"$not": {"n": 1, "a": "x"}}' }],
    [{ filters: '{"$or": [{"t": "2024-01-01T00:00:00Z"}, {"t": "2024-01-01"}]}' }],
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

  it.each([
    ['{"n": {"not_in": [1, 2, 1]}}', 2, 'filled-without'],
    ['{"$or": [{"n": 1}, {"n": [2, 1]}]}', 2, 'ranges'],
    ['{"$or": [{"n": 1}, {"n": {"is_null": true}}]}', 1, 'ranges-or-empty'],
    ['{"$or": [{"n": {"gte": 1, "lt": 3}}, {"n": {"is_null": true}}]}', 1, 'ranges-or-empty'],
    ['{"$not": {"n": {"between": [1, 2]}}}', 1, 'all-without'],
    ['{"$not": {"n": {"gte": 1, "lt": 2}}}', 1, 'all-without'],
    ['{"$not": {"n": {"ne": 1}}}', 1, 'ranges-or-empty'],
    ['{"$not": {"n": {"is_null": true}}}', 1, 'ranges'],
    ['{"$not": {"$or": [{"n": 1}, {"n": {"is_null": true}}]}}', 1, 'filled-without'],
  ])('of %s has %i ranges, %s', (filters, ranges, of) => {
    const query = rankQuery(selection({ filters }));
    expect([query?.ranges.length, query?.of]).toEqual([ranges, of]);
  });
});
