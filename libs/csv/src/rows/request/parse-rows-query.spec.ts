import type { Problem } from '@app/problems';
import { describe, expect, it } from 'vitest';
import { newColumn, newColumns } from '../../../test/rows/store-upload.js';
import { Columns } from './columns.js';
import type { Condition } from './conditions.js';
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
const known = new Columns(columns);
const cursors = new CursorCodec('secret');
/** Of version 1.0, for the query of the test that uses it. */
const OLD_CURSOR = 'AAAAAAAAACrrgjLdwkxMudv7nz-8G0-M';
const parse = (raw: RawRowsQuery, own = known) => parseRowsQuery(raw, own, cursors);
/** A condition with the key of its column; groups as `[operator, ...members]`. */
const shown = (condition: Condition): unknown => {
  if ('conditions' in condition) return [condition.operator, ...condition.conditions.map(shown)];
  if ('condition' in condition) return [condition.operator, shown(condition.condition)];
  const { column, ...rest } = condition;
  return { on: column.key, ...rest };
};
const filtered = (filters: unknown, own = known) =>
  parse({ filters: typeof filters === 'string' ? filters : JSON.stringify(filters) }, own).conditions.map(shown);
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

  it('accepts values that are written as the cells of their column are, and those of JSON', () => {
    const own = new Columns(
      newColumns({
        price: { type: 'number', format: '1.234,56' },
        day: { type: 'date', format: 'DD.MM.YY' },
        at: { type: 'datetime', format: 'MM/DD/YYYY hh:MM:SS AM' },
      }),
    );
    const price = (low: unknown) => filtered({ price: low }, own)[0];
    expect(price('1,5')).toMatchObject({ value: '1.5' });
    expect(price('-9.967,97')).toMatchObject({ value: '-9967.97' });
    expect(price('1.234')).toMatchObject({ value: '1234' });
    expect(price('1.25')).toMatchObject({ value: '1.25' });
    expect(price(1.234)).toMatchObject({ value: '1.234' });
    expect(filtered({ day: ['02.10.26', '2026-10-02'] }, own)[0]).toMatchObject({
      values: ['2026-10-02', '2026-10-02'],
    });
    expect(filtered({ at: ['8/3/2023 12:01 pm', '2023-08-03T12:01:00'] }, own)[0]).toMatchObject({
      values: ['2023-08-03T12:01:00', '2023-08-03T12:01:00'],
    });
    expect(problemOf({ filters: '{"day": "10/02/26"}' }, own)).toMatchObject({
      code: 'invalid_filter_value',
      extensions: { expected: 'a date, "YYYY-MM-DD", or a text as in "DD.MM.YY"' },
    });
  });

  it('takes not_in and not_contains as in and contains', () => {
    expect(filtered({ qty: { not_in: [1, '2'] }, city: { not_contains: 7 } })).toEqual([
      { on: 'qty', operator: 'not_in', values: ['1', '2'] },
      { on: 'city', operator: 'not_contains', text: '7' },
    ]);
  });

  it('takes groups beside columns and within groups', () => {
    const filters = { gift: true, $or: [{ city: 'Paris', qty: { gt: 1 } }, { $not: { city: 'Rome' } }] };
    expect(filtered(filters)).toEqual([
      { on: 'gift', operator: 'eq', value: 'true' },
      [
        '$or',
        ['$and', { on: 'city', operator: 'eq', value: 'Paris' }, { on: 'qty', operator: 'gt', value: '1' }],
        ['$not', { on: 'city', operator: 'eq', value: 'Rome' }],
      ],
    ]);
  });

  it('dissolves groups that mean the same as what is in them', () => {
    const plain = filtered({ city: 'Paris', qty: 1 });
    for (const same of [
      { $and: [{ city: 'Paris', qty: 1 }] },
      { $and: [{ city: 'Paris' }, { $and: [{ qty: 1 }] }] },
      { $or: [{ city: 'Paris', qty: 1 }] },
      { $not: { $not: { city: 'Paris', qty: 1 } } },
      { $or: [{ $or: [{ $not: { $not: { city: 'Paris', qty: 1 } } }] }] },
    ])
      expect(filtered(same)).toEqual(plain);
    expect(filtered({ $or: [{ $or: [{ city: 'a' }, { city: 'b' }] }, { city: 'c' }] })[0]).toHaveLength(4);
  });

  it('takes the original name of a column where only one column has it', () => {
    const own = new Columns([
      newColumn({ key: 'unit_price', name: 'Unit Price', type: 'number', position: 1 }),
      newColumn({ key: 'name', name: 'Name', position: 2 }),
      newColumn({ key: 'name_2', name: 'Name', position: 3 }),
      newColumn({ key: 'or', name: '$or', position: 4 }),
      newColumn({ key: 'col', name: '$col', position: 5 }),
      newColumn({ key: 'city', name: 'name', position: 6 }),
    ]);
    expect(filtered({ 'Unit Price': 1, $col: 'x', or: 'y', name: 'z' }, own)).toMatchObject([
      { on: 'unit_price' },
      { on: 'col' },
      { on: 'or' },
      { on: 'name' },
    ]);
    expect(filtered({ $or: [{ or: 'x' }, { or: 'y' }] }, own)).toMatchObject([['$or', { on: 'or' }, { on: 'or' }]]);
    expect(problemOf({ filters: '{"Name": "x"}' }, own)).toMatchObject({
      code: 'unknown_column',
      extensions: { column: 'Name', nearest: 'name' },
    });
    const named = parse({ sort_by: '-Unit Price', columns: '$col,Unit Price' }, own);
    expect(named.sort.map(({ column }) => column.key)).toEqual(['unit_price']);
    expect(named.columns.map(({ key }) => key)).toEqual(['unit_price', 'col']);
  });

  it.each([
    ['#/filters/$or', '{"$or": []}'],
    ['#/filters/$or', '{"$or": {"city": "a"}}'],
    ['#/filters/$or', '{"$or": null}'],
    ['#/filters/$and', '{"$and": "city"}'],
    ['#/filters/$or/1', '{"$or": [{"city": "a"}, {}]}'],
    ['#/filters/$or/0', '{"$or": ["city"]}'],
    ['#/filters/$not', '{"$not": [{"city": "a"}]}'],
    ['#/filters/$not', '{"$not": {}}'],
    ['#/filters/$and/0/$not/$or', '{"$and": [{"$not": {"$or": []}}]}'],
    ['#/filters/$or/0/city', '{"$or": [{"city": "a", "city": "b"}]}'],
    ['#/filters/$or', '{"$or": [{"city": "a"}], "$or": [{"city": "b"}]}'],
    ['#/filters/city/eq', '{"city": {"eq": 1, "\\u0065q": 2}}'],
  ])('rejects a group or key that makes no sense with a pointer to it: %s in %s', (pointer, filters) => {
    expect(problemOf({ filters })).toMatchObject({ code: 'validation_failed', status: 400, errors: [{ pointer }] });
  });

  it.each([
    ['#/filters/$or/1/price/gte', '{"$or": [{"city": "a"}, {"price": {"gte": "x"}}]}', 'invalid_filter_value'],
    ['#/filters/qty', '{"qty": "x"}', 'invalid_filter_value'],
    ['#/filters/qty/1', '{"qty": [1, "x"]}', 'invalid_filter_value'],
    ['#/filters/qty/not_in/0', '{"qty": {"not_in": [null]}}', 'invalid_filter_value'],
    ['#/filters/qty/between/1', '{"qty": {"between": [1, "x"]}}', 'invalid_filter_value'],
    ['#/filters/$not/city', '{"$not": {"city": {}}}', 'invalid_filter_value'],
    ['#/filters/city/not_contains', '{"city": {"not_contains": null}}', 'invalid_filter_value'],
    ['#/filters/$not/a~1b~0c', '{"$not": {"a/b~c": 1}}', 'unknown_column'],
    ['#/filters/$and/0/city/like', '{"$and": [{"city": {"like": "x"}}]}', 'unknown_operator'],
    ['#/filters/$xor', '{"$xor": [{"city": "a"}]}', 'unknown_operator'],
    ['#/filters/city/$not', '{"city": {"$not": {"eq": "a"}}}', 'unknown_operator'],
  ])('points to %s in %s', (pointer, filters, code) => {
    expect(problemOf({ filters })).toMatchObject({ code, status: 400, errors: [{ pointer }] });
  });

  it('nests groups to a depth of 5', () => {
    const nested = (depth: number) => `${'{"$not":{"$or":['.repeat(depth)}{"city":"a"}${']}}'.repeat(depth)}`;
    expect(filtered(`{"$and":[${nested(2)}]}`)).toHaveLength(1);
    expect(problemOf({ filters: nested(3) })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/filters/$not/$or/0/$not/$or/0/$not/$or' }],
    });
    expect(problemOf({ filters: nested(400) })).toMatchObject({ code: 'validation_failed' });
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

  it('shows a JSON object to somebody who wrote a condition otherwise', () => {
    for (const filters of ['price>=10', '[1]', 'city=Paris'])
      expect(problemOf({ filters })).toMatchObject({
        errors: [{ pointer: '#/filters', detail: 'must be a JSON object, such as {"city": "Paris"}' }],
      });
  });

  it('lists the known operators when one is unknown', () => {
    expect(problemOf({ filters: '{"price": {"$gt": 1}}' })).toMatchObject({
      code: 'unknown_operator',
      extensions: { operator: '$gt', known_operators: expect.arrayContaining(['gt', 'between', 'is_null']) },
    });
    expect(problemOf({ filters: '{"$xor": [{"price": 1}]}' })).toMatchObject({
      code: 'unknown_operator',
      detail: 'A group uses the operator "$xor", which does not exist. Did you mean "$or"?',
      extensions: { operator: '$xor', column: null, known_operators: ['$or', '$and', '$not'], nearest: '$or' },
    });
  });

  it.each([
    ['contain', 'contains'],
    ['startsWith', 'starts_with'],
    ['$nin', 'not_in'],
    ['like', 'contains'],
    ['$gte', 'gte'],
    ['isnull', 'is_null'],
    ['matches', null],
    ['constructor', null],
    ['=', 'eq'],
    ['!=', 'ne'],
    ['<>', 'ne'],
    ['>', 'gt'],
    ['>=', 'gte'],
    ['<', 'lt'],
    ['<=', 'lte'],
    ['~', 'contains'],
    ['$or', null],
  ])('names the operator nearest to %s: %s', (operator, nearest) => {
    const filters = JSON.stringify({ city: { [operator]: 'x' } });
    expect(problemOf({ filters })).toMatchObject({ code: 'unknown_operator', extensions: { operator, nearest } });
  });

  it('names the column nearest to an unknown one', () => {
    for (const raw of [{ filters: '{"citty": 1}' }, { sort_by: '-citty' }, { columns: 'citty' }])
      expect(problemOf(raw)).toMatchObject({
        code: 'unknown_column',
        detail: expect.stringContaining('Did you mean "city"?'),
        extensions: { column: 'citty', nearest: 'city' },
        errors: [{ pointer: raw.filters ? '#/filters/citty' : `#/${Object.keys(raw)[0]}` }],
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
    );
    expect(problemOf({ filters: long }, wide)).toMatchObject({ code: 'validation_failed' });
    const branches = (count: number) => JSON.stringify({ $or: Array.from({ length: count }, () => ({ city: 'a' })) });
    expect(filtered(branches(100))).toHaveLength(1);
    expect(problemOf({ filters: branches(101) })).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/filters/$or/100/city' }],
    });
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

  it('takes at most 8 keys, as the statement of a page behind a cursor grows with their square', () => {
    const wide = new Columns(
      newColumns(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`c${n}`, 'text' as const]))),
    );
    const keys = (count: number) => Array.from({ length: count }, (_, n) => `-c${n}`).join();
    expect(parse({ sort_by: keys(8) }, wide).sort).toHaveLength(8);
    expect(parse({ sort_by: `${keys(8)},c1,c2,id` }, wide).sort).toHaveLength(8);
    for (const count of [9, 2_000]) {
      expect(problemOf({ sort_by: keys(count) }, wide)).toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '#/sort_by', detail: expect.stringContaining('8') }],
      });
    }
  });

  it('takes id as file order, unless the file has a column id', () => {
    expect(parse({ sort_by: '-id' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    expect(parse({ sort_by: 'city,-id,price' })).toMatchObject({ sort: [{ column: columns[0] }], rowOrder: 'desc' });
    expect(parse({ sort_order: 'desc' })).toMatchObject({ sort: [], rowOrder: 'desc' });
    const own = newColumns({ id: 'integer' });
    expect(parse({ sort_by: '-id' }, new Columns(own))).toMatchObject({
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

  it('accepts a cursor for an equal tree of conditions, whatever its order', () => {
    const filters = { $or: [{ city: 'Paris', qty: 1 }, { $not: { price: { gt: 2 } } }], gift: true };
    const cursor = cursors.encode(parse({ filters: JSON.stringify(filters) }), 42);
    const same = { $and: [{ gift: true }, { $or: [{ $not: { price: { gt: 2 } } }, { qty: 1, city: 'Paris' }] }] };
    expect(parse({ filters: JSON.stringify(same), cursor }).position).toEqual({ after: 42 });
    for (const other of [
      { ...filters, gift: false },
      { ...filters, $or: [{ city: 'Paris', qty: 1 }, { price: { lte: 2 } }] },
      { ...filters, $or: [{ city: 'Paris' }, { qty: 1 }, { $not: { price: { gt: 2 } } }] },
      { $or: [{ city: 'Paris', qty: 1 }, { $not: { price: { gt: 2 } } }, { gift: true }] },
    ])
      expect(problemOf({ filters: JSON.stringify(other), cursor })).toMatchObject({ code: 'invalid_cursor' });
  });

  it('accepts a cursor that was given before there were groups', () => {
    const asked = { filters: '{"city":["Paris","Rome"],"qty":{"gt":1}}', search: 'x', sort_by: '-price' };
    expect(parse({ ...asked, cursor: OLD_CURSOR }).position).toEqual({ after: 42 });
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
