import type { Problem } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { Columns } from './columns.js';
import { CursorCodec } from './cursor-codec.js';
import { parseRowsQuery, type RawRowsQuery } from './parse-rows-query.js';

const columns = newColumns({
  city: 'text',
  price: 'number',
  qty: 'integer',
  gift: 'boolean',
  day: 'date',
  at: 'datetime',
});
const known = new Columns(columns, '.');
const cursors = new CursorCodec('secret');
const parse = (raw: RawRowsQuery, own = known) => parseRowsQuery(raw, own, cursors);
const filtered = (filters: unknown, own = known) =>
  parse({ filters: typeof filters === 'string' ? filters : JSON.stringify(filters) }, own).conditions.map(
    ({ column, ...rest }) => ({ on: column.key, ...rest }),
  );
const problemOf = (raw: RawRowsQuery, own = known): Problem => {
  try {
    parse(raw, own);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('no problem was thrown');
};

describe('parsing a query for rows', () => {
  it('returns the first hundred rows of the file by default', () => {
    expect(parse({})).toEqual({
      conditions: [],
      search: null,
      sort: [],
      rowOrder: 'asc',
      columns,
      position: { page: 1 },
      pageSize: 100,
      count: 'exact',
      values: 'typed',
    });
  });

  it('takes a value as equal, an array as any of, an object as operators', () => {
    expect(filtered({ city: 'Paris', qty: [1, '2'], price: { gte: 10, lt: 20.5 } })).toEqual([
      { on: 'city', operator: 'eq', value: 'Paris' },
      { on: 'qty', operator: 'in', values: ['1', '2'] },
      { on: 'price', operator: 'gte', value: '10' },
      { on: 'price', operator: 'lt', value: '20.5' },
    ]);
  });

  it('keeps all digits of a number given for a text column', () => {
    expect(filtered('{"city": 12345678901234567890}')).toEqual([
      { on: 'city', operator: 'eq', value: '12345678901234567890' },
    ]);
    expect(filtered('{"city": {"contains": 1.50}}')).toEqual([{ on: 'city', operator: 'contains', text: '1.50' }]);
  });

  it('accepts numbers with a decimal comma where the file has one', () => {
    expect(filtered({ price: { between: ['1,5', 2.5] } }, new Columns(columns, ','))).toEqual([
      { on: 'price', operator: 'between', low: '1.5', high: '2.5' },
    ]);
  });

  it.each([
    [{ price: 'cheap' }],
    [{ price: '1,5' }],
    [{ price: true }],
    [{ price: [1, 'x'] }],
    ['{"price": 1e999}'],
    [{ qty: 1.5 }],
    [{ qty: '007x' }],
    ['{"qty": 9007199254740993}'],
    [{ gift: 1 }],
    [{ gift: 'yes' }],
    [{ day: '2023-02-29' }],
    [{ day: '2024-2-1' }],
    [{ day: '2024-02-01T00:00:00Z' }],
    [{ at: '2024-02-01T24:00:00Z' }],
    [{ at: '2024-02-01T10:00Z' }],
    [{ at: 'yesterday' }],
    [{ city: null }],
    [{ city: true }],
    [{ city: 'a\0b' }],
    ['{"city": "\\ud800"}'],
    [{ city: {} }],
    [{ city: { between: ['a'] } }],
    [{ city: { between: ['a', 'b', 'c'] } }],
    [{ city: { in: 'a' } }],
    [{ city: { contains: ['a'] } }],
    [{ city: { is_null: 'true' } }],
    [{ city: { eq: { eq: 'a' } } }],
    [{ city: [['a']] }],
  ])('rejects the value in %j', (filters) => {
    const problem = problemOf({ filters: typeof filters === 'string' ? filters : JSON.stringify(filters) });
    expect(problem).toMatchObject({ code: 'invalid_filter_value', status: 400 });
    expect(problem.extensions.column).toBe(
      Object.keys(JSON.parse(typeof filters === 'string' ? filters : JSON.stringify(filters)))[0],
    );
  });

  it('lists the known columns when a parameter names an unknown one', () => {
    const keys = columns.map(({ key }) => key);
    for (const raw of [{ filters: '{"town": 1}' }, { sort_by: 'city,-town' }, { columns: 'city,town' }])
      expect(problemOf(raw)).toMatchObject({
        code: 'unknown_column',
        status: 400,
        extensions: { column: 'town', parameter: Object.keys(raw)[0], known_columns: keys },
      });
    expect(problemOf({ filters: '{"__proto__": 1}' })).toMatchObject({ code: 'unknown_column' });
    expect(problemOf({ sort_by: 'constructor' })).toMatchObject({ code: 'unknown_column' });
  });

  it('lists the known operators when one is unknown', () => {
    expect(problemOf({ filters: '{"price": {"$gt": 1}}' })).toMatchObject({
      code: 'unknown_operator',
      extensions: { operator: '$gt', known_operators: expect.arrayContaining(['gt', 'between', 'is_null']) },
    });
  });

  it.each([
    ['filters', '{'],
    ['filters', '[]'],
    ['filters', '"city"'],
    ['page', '0'],
    ['page', '-1'],
    ['page', '1.5'],
    ['page', 'two'],
    ['page', ''],
    ['page', '99999999999'],
    ['page_size', '0'],
    ['page_size', '501'],
    ['sort_order', 'up'],
    ['count', 'maybe'],
    ['values', 'raw'],
    ['search', 'a\0b'],
  ])('rejects %s=%j and names the parameter', (name, value) => {
    expect(problemOf({ [name]: value })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: `#/${name}` }],
    });
  });

  it('rejects more than 100 conditions', () => {
    const many = Object.fromEntries(columns.map(({ key }) => [key, { is_null: true }]));
    expect(filtered(many)).toHaveLength(6);
    const long = `{${Array.from({ length: 101 }, (_, n) => `"c${n}": {"is_null": true}`)}}`;
    const wide = new Columns(
      newColumns(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, 'text' as const]))),
      '.',
    );
    expect(problemOf({ filters: long }, wide)).toMatchObject({ code: 'validation_failed' });
  });

  it('sorts keys without a minus in the direction of sort_order, and equal rows by row number', () => {
    expect(parse({ sort_by: 'price, -city', sort_order: 'DESC' })).toMatchObject({
      sort: [
        { column: columns[1], direction: 'desc' },
        { column: columns[0], direction: 'desc' },
      ],
      rowOrder: 'asc',
    });
  });

  it('takes id as file order, unless the file has a column id', () => {
    expect(parse({ sort_by: '-id' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    expect(parse({ sort_by: 'city,-id,price' })).toMatchObject({ sort: [{ column: columns[0] }], rowOrder: 'desc' });
    expect(parse({ sort_order: 'desc' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    const own = newColumns({ id: 'integer' });
    expect(parse({ sort_by: '-id' }, new Columns(own, '.'))).toMatchObject({
      sort: [{ column: own[0], direction: 'desc' }],
      rowOrder: 'asc',
    });
  });

  it('returns columns in file order', () => {
    expect(parse({ columns: 'day, city,day' }).columns.map(({ key }) => key)).toEqual(['city', 'day']);
  });

  it('accepts a cursor for an equivalent query, and rejects it for any other', () => {
    const asked = { filters: '{"city":"Paris","qty":{"gt":1}}', sort_by: 'price' };
    const cursor = cursors.encode(parse(asked), 42);
    expect(parse({ ...asked, cursor }).position).toEqual({ after: 42 });
    const otherWords = {
      filters: '{"qty": {"gt": "1"}, "city": {"eq": "Paris"}}',
      sort_by: 'price',
      columns: 'city',
      page_size: '7',
    };
    expect(parse({ ...otherWords, cursor }).position).toEqual({ after: 42 });
    for (const other of [
      {},
      { ...asked, sort_by: '-price' },
      { ...asked, search: 'x' },
      { ...asked, filters: '{"city":"Rome"}' },
    ])
      expect(problemOf({ ...other, cursor })).toMatchObject({ code: 'invalid_cursor', status: 400 });
  });

  it('rejects a forged cursor and one of another upload', () => {
    const cursor = cursors.encode(parse({}), 42);
    const bytes = Buffer.from(cursor, 'base64url');
    for (let place = 0; place < bytes.length; place++) {
      const forged = Buffer.from(bytes);
      forged[place]! ^= 1;
      expect(problemOf({ cursor: forged.toString('base64url') })).toMatchObject({ code: 'invalid_cursor' });
    }
    for (const nonsense of ['x', '42', `${cursor}AA`, new CursorCodec('other').encode(parse({}), 42)])
      expect(problemOf({ cursor: nonsense })).toMatchObject({ code: 'invalid_cursor' });
  });

  it('rejects a page together with a cursor', () => {
    expect(problemOf({ page: '1', cursor: cursors.encode(parse({}), 42) })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/cursor' }],
    });
  });
});
