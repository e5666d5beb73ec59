import type { Problem } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { newColumns } from '../../../test/rows/store-upload.js';
import { ColumnBook } from './column-book.js';
import { CursorSeal } from './cursor-seal.js';
import { parseRowsQuery, parseSelection, type RawRowsQuery } from './parse-rows-query.js';

const columns = newColumns({
  city: 'text',
  price: 'number',
  qty: 'integer',
  gift: 'boolean',
  day: 'date',
  at: 'datetime',
});
const book = new ColumnBook(columns, '.');
const cursors = new CursorSeal('secret');
const parse = (raw: RawRowsQuery, own = book) => parseRowsQuery(raw, own, cursors);
const filtered = (filters: unknown, own = book) =>
  parse({ filters: typeof filters === 'string' ? filters : JSON.stringify(filters) }, own).conditions.map(
    ({ column, ...rest }) => ({ on: column.key, ...rest }),
  );
const problemOf = (raw: RawRowsQuery, own = book): Problem => {
  try {
    parse(raw, own);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was wrong');
};

describe('a query for rows', () => {
  it('is the first hundred rows of the file when nothing is said', () => {
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

  it('reads a value as equal, an array as any of, an object as operators', () => {
    expect(filtered({ city: 'Paris', qty: [1, '2'], price: { gte: 10, lt: 20.5 } })).toEqual([
      { on: 'city', operator: 'eq', value: 'Paris' },
      { on: 'qty', operator: 'in', values: ['1', '2'] },
      { on: 'price', operator: 'gte', value: '10' },
      { on: 'price', operator: 'lt', value: '20.5' },
    ]);
  });

  it('takes a number given for a text column as its text, to the last digit', () => {
    expect(filtered('{"city": 12345678901234567890}')).toEqual([
      { on: 'city', operator: 'eq', value: '12345678901234567890' },
    ]);
    expect(filtered('{"city": {"contains": 1.50}}')).toEqual([{ on: 'city', operator: 'contains', text: '1.50' }]);
  });

  it('takes numbers as the file writes them where it has a decimal comma', () => {
    expect(filtered({ price: { between: ['1,5', 2.5] } }, new ColumnBook(columns, ','))).toEqual([
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
  ])('%j has a value that does not fit', (filters) => {
    const problem = problemOf({ filters: typeof filters === 'string' ? filters : JSON.stringify(filters) });
    expect(problem).toMatchObject({ code: 'invalid_filter_value', status: 400 });
    expect(problem.extensions.column).toBe(
      Object.keys(JSON.parse(typeof filters === 'string' ? filters : JSON.stringify(filters)))[0],
    );
  });

  it('says which columns there are when one is unknown, wherever it is named', () => {
    const known = columns.map(({ key }) => key);
    for (const raw of [{ filters: '{"town": 1}' }, { sort_by: 'city,-town' }, { columns: 'city,town' }])
      expect(problemOf(raw)).toMatchObject({
        code: 'unknown_column',
        status: 400,
        extensions: { column: 'town', parameter: Object.keys(raw)[0], known_columns: known },
      });
    expect(problemOf({ filters: '{"__proto__": 1}' })).toMatchObject({ code: 'unknown_column' });
    expect(problemOf({ sort_by: 'constructor' })).toMatchObject({ code: 'unknown_column' });
  });

  it('says which operators there are when one is unknown', () => {
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
  ])('%s=%j is refused by name', (name, value) => {
    expect(problemOf({ [name]: value })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: `#/${name}` }],
    });
  });

  it('refuses more conditions than anybody means', () => {
    const many = Object.fromEntries(columns.map(({ key }) => [key, { is_null: true }]));
    expect(filtered(many)).toHaveLength(6);
    const long = `{${Array.from({ length: 101 }, (_, n) => `"c${n}": {"is_null": true}`)}}`;
    const wide = new ColumnBook(
      newColumns(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, 'text' as const]))),
      '.',
    );
    expect(problemOf({ filters: long }, wide)).toMatchObject({ code: 'validation_failed' });
  });

  it('sorts keys without a minus as sort_order has it, and what is equal by row', () => {
    expect(parseSelection({ sort_by: 'price, -city', sort_order: 'DESC' }, book)).toMatchObject({
      sort: [
        { column: columns[1], direction: 'desc' },
        { column: columns[0], direction: 'desc' },
      ],
      rowOrder: 'asc',
    });
  });

  it('takes id for the order of the file, unless the file has such a column', () => {
    expect(parse({ sort_by: '-id' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    expect(parse({ sort_by: 'city,-id,price' })).toMatchObject({ sort: [{ column: columns[0] }], rowOrder: 'desc' });
    expect(parse({ sort_order: 'desc' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    const own = newColumns({ id: 'integer' });
    expect(parse({ sort_by: '-id' }, new ColumnBook(own, '.'))).toMatchObject({
      sort: [{ column: own[0], direction: 'desc' }],
      rowOrder: 'asc',
    });
  });

  it('keeps the order of the file among the columns that are shown', () => {
    expect(parse({ columns: 'day, city,day' }).columns.map(({ key }) => key)).toEqual(['city', 'day']);
  });

  it('goes on behind a cursor of the same question, in whatever words, and of no other', () => {
    const asked = { filters: '{"city":"Paris","qty":{"gt":1}}', sort_by: 'price' };
    const cursor = cursors.seal(parse(asked), 42);
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

  it("takes no cursor that was made up, or is another upload's", () => {
    const cursor = cursors.seal(parse({}), 42);
    const bytes = Buffer.from(cursor, 'base64url');
    for (let place = 0; place < bytes.length; place++) {
      const forged = Buffer.from(bytes);
      forged[place]! ^= 1;
      expect(problemOf({ cursor: forged.toString('base64url') })).toMatchObject({ code: 'invalid_cursor' });
    }
    for (const nonsense of ['x', '42', `${cursor}AA`, new CursorSeal('other').seal(parse({}), 42)])
      expect(problemOf({ cursor: nonsense })).toMatchObject({ code: 'invalid_cursor' });
  });

  it('takes a page or a cursor, and not both', () => {
    expect(problemOf({ page: '1', cursor: cursors.seal(parse({}), 42) })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/cursor' }],
    });
  });
});
