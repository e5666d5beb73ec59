import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../model.js';
import { ColumnEvidence, type ValuePlace } from './column-evidence.js';
import { columnRules } from './column-rules.js';
import { type ColumnFindings, decideColumns, type FileFacts } from './decide-columns.js';
import { NONE } from './readings.js';

/** The end of the file was not read. */
const OPEN_END = { rows: 0, rowsAtEnd: 0, footer: 0 };
const FILE: FileFacts = { options: {}, decimal: '.', delimiter: ',', firstLine: 2, end: OPEN_END };

/** Looks at the values of a column, as a batch does. */
function see(evidence: ColumnEvidence, column: number, values: readonly string[]): void {
  const bytes = Buffer.from(values.join('\x1f'));
  const places: ValuePlace[] = [];
  let from = 0;
  for (const [row, value] of values.entries()) {
    const to = from + Buffer.byteLength(value);
    if (value !== '') places.push({ row, from, to });
    from = to + 1;
  }
  for (const { row, from, to } of places)
    if (evidence.readings[column] !== NONE) evidence.see(column, bytes, from, to, row, row + 2);
  evidence.recount(bytes, () => places);
}

/** Decides the columns of a table, each given by its values; empty texts are empty cells. */
function decide(table: Record<string, readonly string[]>, facts: Partial<FileFacts> = {}) {
  const file = { ...FILE, ...facts };
  const columns = Object.keys(table).map((key, index) => ({ key, name: key.toUpperCase(), position: index + 1 }));
  const nullValues = (file.options.null_values ?? []).map((text) => Buffer.from(text));
  const evidence = new ColumnEvidence(columnRules(columns, file.options), nullValues);
  for (const [column, values] of Object.values(table).entries()) see(evidence, column, values);
  const findings = columns.map((_, column): ColumnFindings => {
    const found = evidence.exceptions.get(column);
    return {
      readings: evidence.readings[column]!,
      filled: evidence.filled[column]!,
      exceptions: found
        ? {
            count: found.count,
            alike: found.alike,
            first: { row_id: found.row + 1, value: found.value },
            line: found.line,
            ruledOut: found.ruledOut,
          }
        : null,
    };
  });
  return decideColumns(columns, findings, file);
}

/** The type and format of each column, as `type` or `type format`. */
const kinds = (...given: Parameters<typeof decide>) =>
  decide(...given).columns.map(({ type, format }) => (format === null ? type : `${type} ${format}`));
const codes = (...given: Parameters<typeof decide>) => decide(...given).warnings.map(({ code }) => code);
const times = (count: number, value: string) => Array<string>(count).fill(value);

describe('a column is', () => {
  it('text without any value', () => {
    expect(kinds({ a: [], b: [''] })).toEqual(['text', 'text']);
  });

  it('of the type and format that all of its values have', () => {
    const table = { day: ['02.10.26', '13.10.26'], amount: ['-9.967,97', '12.500,00'], note: ['Miete', 'Gehalt'] };
    expect(kinds(table)).toEqual(['date DD.MM.YY', 'number 1.234,56', 'text']);
    expect(decide(table)).toMatchObject({ thousands: '.', warnings: [] });
  });

  it('read by the decimal mark that other columns prove, with a warning where that is a comma', () => {
    const table = { a: ['1.234', '12.500'], b: ['0,5', '1,25'] };
    expect(kinds(table)).toEqual(['number 1.234,56', 'number 1234,56']);
    expect(decide(table).warnings).toMatchObject([{ code: 'decimal_uncertain', column: 'a', count: 2, first_line: 2 }]);
    expect(kinds({ a: ['1,234', '12,500'], b: ['0.5', '1.25'] })).toEqual(['number 1,234.56', 'number']);
    expect(codes({ a: ['1,234', '12,500'], b: ['0.5', '1.25'] })).toEqual([]);
  });

  it('a number with points where nothing speaks for commas, without a warning', () => {
    expect(kinds({ a: ['1.234', '12.500'] })).toEqual(['number']);
    expect(codes({ a: ['1.234', '12.500'] })).toEqual([]);
  });

  it.each([';', '\t'])(
    'doubtful where points alone are seen behind %j, and each may be one of thousands',
    (delimiter) => {
      expect(codes({ a: ['1.234', '12.500'] }, { delimiter })).toEqual(['decimal_uncertain']);
      expect(codes({ a: ['1.234', '12.500'], b: ['0.5', '1.25'] }, { delimiter })).toEqual([]);
      expect(codes({ a: ['1.234', '12.5'] }, { delimiter })).toEqual([]);
      expect(codes({ a: ['1.234', '12.500'] }, { delimiter, options: { decimal: '.' } })).toEqual([]);
    },
  );

  it('doubtful where only commas are seen behind semicolons', () => {
    const table = { a: ['1,234', '12,500'] };
    expect(kinds(table)).toEqual(['number 1,234.56']);
    expect(codes(table)).toEqual([]);
    expect(codes(table, { delimiter: ';' })).toEqual(['decimal_uncertain']);
    expect(codes(table, { delimiter: ';', options: { decimal: '.' } })).toEqual([]);
    expect(kinds(table, { options: { decimal: ',' } })).toEqual(['number 1234,56']);
  });

  it('text where day and month may each come first, with a warning', () => {
    const table = { a: ['01/02/2024', '03/04/2024', ''] };
    expect(kinds(table)).toEqual(['text']);
    expect(decide(table).warnings).toMatchObject([
      { code: 'date_order_uncertain', column: 'a', count: 2, first_line: 2, message: expect.stringContaining('"a"') },
    ]);
    expect(kinds(table, { options: { date_format: 'MM/DD/YYYY' } })).toEqual(['date MM/DD/YYYY']);
    expect(kinds(table, { options: { date_format: 'D/M/YY' } })).toEqual(['date DD/MM/YYYY']);
    expect(codes(table, { options: { date_format: 'MM/DD/YYYY' } })).toEqual([]);
  });
});

/** Days that may be read in two orders. */
const OPEN = ['01/02/2024', '03/04/2024', '05/06/2024', '07/08/2024'];

describe('options', () => {
  it.each<[string, FileFacts['options'], string]>([
    ['1.234', { thousands: '.' }, 'number 1.234,56'],
    ['1,234', { thousands: ',' }, 'number 1,234.56'],
    ['1.5', { thousands: '.' }, 'text'],
    ['1\u00a0234', { thousands: ' ' }, 'number 1\u00a0234.56'],
    ['1.5', { decimal: ',' }, 'text'],
    ['1,5', { decimal: '.' }, 'text'],
    ['12', { decimal: ',' }, 'integer'],
    ['2024-01-01', { date_format: 'DD.MM.YYYY' }, 'date'],
    ['12/31/2024', { date_format: 'DD.MM.YYYY' }, 'text'],
  ])('%s with %j is %s', (value, options, kind) => {
    expect(kinds({ a: [value] }, { options })).toEqual([kind]);
  });

  it('leave out values that stand for none', () => {
    const table = { a: ['1', 'NA', '2', '-'], b: ['-999', '2024-01-01', 'NA', ''] };
    const options = { null_values: ['NA', '-', '-999'] };
    expect(decide(table, { options }).columns).toMatchObject([
      { type: 'integer', null_values: options.null_values, would_be: null },
      { type: 'date', null_values: options.null_values, would_be: null },
    ]);
  });

  const declared = (types: Record<string, ColumnType>) => ({ options: { types } });

  it('declare the type of a column by key or name', () => {
    expect(kinds({ a: ['1', '2'], b: ['1', '2'], c: [''] }, declared({ a: 'number', B: 'text', c: 'date' }))).toEqual([
      'number',
      'text',
      'date',
    ]);
  });

  it('that do not hold leave text, and say how many values and where the first is', () => {
    const table = { price: ['1', 'x', '2', 'y', ...times(20, 'z')] };
    const { columns, warnings } = decide(table, declared({ price: 'number' }));
    expect(columns).toMatchObject([{ type: 'text', format: null, would_be: null }]);
    expect(warnings).toMatchObject([{ code: 'text_by_exception', count: 22, first_line: 3, column: 'price' }]);
    expect(codes({ a: ['1'] }, declared({ b: 'number' }))).toEqual(['text_by_exception']);
  });
});

describe('a declared type that does not hold', () => {
  it.each<[string, string[], number, number]>([
    ['where the order of days is open and one value is none', [...OPEN, 'n/a'], 1, 6],
    ['where the first value is none', ['n/a', ...OPEN], 1, 2],
    ['where no value is a day', ['a', 'b', 'c'], 3, 2],
    ['where most are days of another kind', ['2024-01-01', ...times(3, '2024-01-01 10:00:00')], 3, 3],
  ])('is told %s', (_, values, count, first_line) => {
    const { columns, warnings } = decide({ day: values }, { options: { types: { day: 'date' } } });
    expect(columns[0]!.type).toBe('text');
    expect(warnings[0]).toMatchObject({ code: 'text_by_exception', column: 'day', count, first_line });
  });

  it('is told with the order of days, where that is open too', () => {
    const types: Record<string, ColumnType> = { day: 'date' };
    expect(codes({ day: [...OPEN, 'n/a'] }, { options: { types } })).toEqual([
      'text_by_exception',
      'date_order_uncertain',
    ]);
    expect(codes({ day: OPEN }, { options: { types } })).toEqual(['date_order_uncertain']);
    expect(codes({ day: ['x', 'y'] }, { options: { types } })).toEqual(['text_by_exception']);
  });
});

describe('a column that would have a type without an option', () => {
  it.each<[string[], FileFacts['options'], string, number, number]>([
    [['10/13/2026', '10/14/2026'], { date_format: 'DD/MM/YYYY' }, 'date_format=DD/MM/YYYY', 2, 2],
    [['01/02/2026', '10/13/2026', '05/06/2026'], { date_format: 'DD/MM/YYYY' }, 'date_format=DD/MM/YYYY', 1, 3],
    [['n/a', '13.10.2026', '14.10.2026'], { date_format: 'MM/DD/YYYY' }, 'date_format=MM/DD/YYYY', 2, 3],
    [['1.5', '2.25'], { decimal: ',' }, 'decimal=,', 2, 2],
    [['1,5', '2,25'], { decimal: '.' }, 'decimal=.', 2, 2],
    [["1'234.50", '7.25'], { thousands: ',' }, 'thousands=,', 1, 2],
    [['1.234,50'], { thousands: '', decimal: ',' }, 'thousands=', 1, 2],
  ])('is told: %j with %j', (values, options, named, count, first_line) => {
    const { columns, warnings } = decide({ a: values }, { options });
    expect(columns[0]!.type).toBe('text');
    expect(warnings).toMatchObject([{ code: 'text_by_exception', column: 'a', count, first_line }]);
    expect(warnings[0]!.message).toContain(`without ${named};`);
  });

  it('is not told where the values are texts, or a type holds', () => {
    const options = { date_format: 'DD/MM/YYYY', decimal: ',' } as const;
    const table = { a: ['13/10/2026'], b: ['x', 'y', '10/13/2026'], c: ['1,5', '2'], d: ['v1.5', 'v2'] };
    expect(decide(table, { options }).warnings).toEqual([]);
    // Another column shows that the declared mark is right.
    expect(codes({ a: ['1.5', '2.10'], b: ['1,5', '2,1'] }, { options: { decimal: ',' } })).toEqual([]);
    // Of ten thousand values none is given up, and the first texts are no days either.
    expect(codes({ a: [...times(2_000, 'x'), ...times(100, '10/13/2026')] }, { options })).toEqual([]);
    expect(codes({ a: times(10_000, '10/13/2026') }, { options })).toEqual(['text_by_exception']);
  });
});

describe('a column would be of a type', () => {
  it('where one value is not', () => {
    const { columns, warnings } = decide({ a: ['1', '2.5', 'n/a', '3'] });
    expect(columns[0]).toMatchObject({
      type: 'text',
      would_be: { type: 'number', exceptions: 1, first: { row_id: 3, value: 'n/a' } },
    });
    expect(warnings).toEqual([]);
  });

  it('where at most one in a hundred is not, with a warning', () => {
    const { columns, warnings } = decide({ a: [...times(99, '1'), 'x', ...times(99, '2'), 'y'] });
    expect(columns[0]!.would_be).toEqual({ type: 'integer', exceptions: 2, first: { row_id: 100, value: 'x' } });
    expect(warnings).toMatchObject([{ code: 'text_by_exception', count: 2, first_line: 101, column: 'a' }]);
    expect(decide({ a: [...times(98, '1'), 'x', ...times(99, '2'), 'y'] }).columns[0]!.would_be).toBeNull();
  });

  it('but for one text that fewer than half of its values have, however often it stands there', () => {
    const some = [...times(33, '7,5'), ...times(6, 'n/a')];
    const many = [...times(60_000, '7'), ...times(40_000, 'n/a')];
    expect(decide({ some, many }).columns.map((column) => column.would_be)).toEqual([
      { type: 'number', exceptions: 6, first: { row_id: 34, value: 'n/a' } },
      { type: 'integer', exceptions: 40_000, first: { row_id: 60_001, value: 'n/a' } },
    ]);
    const others = { two: [...times(33, '7'), 'n/a', '-', 'n/a'], half: [...times(6, '7'), ...times(6, 'n/a')] };
    expect(decide(others).columns.map((column) => column.would_be)).toEqual([null, null]);
  });

  it('only where more than half of its values are', () => {
    expect(decide({ a: ['1', 'x'], b: ['x'] }).columns.map((column) => column.would_be)).toEqual([null, null]);
  });

  const ended = (rows: number, end: Partial<FileFacts['end']> = {}) => ({
    end: { rows, rowsAtEnd: rows, footer: 0, ...end },
  });

  it('where only the last record is not, and is told how to leave that out', () => {
    const table = {
      day: ['02.10.2026', '13.10.2026', ...times(3, '14.10.2026'), 'Total'],
      amount: ['1,50', '2,50', ...times(3, '3,50'), '14,50'],
    };
    const { columns, warnings } = decide(table, ended(6));
    expect(columns[0]!.would_be).toEqual({
      type: 'date',
      exceptions: 1,
      first: { row_id: 6, value: 'Total' },
      skip_footer: 1,
    });
    expect(columns[1]).toMatchObject({ type: 'number', would_be: null });
    expect(warnings).toMatchObject([{ code: 'text_by_exception', count: 1, first_line: 7, column: 'day' }]);
    expect(warnings[0]!.message).toContain(
      'Only the last row holds such a text. If it is a total, leave it out with skip_footer=1.',
    );
  });

  it('where only the last two or three are not, by the column that needs the most left out', () => {
    const table = { n: [...times(9, '5'), 'Sum', 'Mean'], day: [...times(9, '2024-01-01'), '', 'x'] };
    const { columns, warnings } = decide(table, ended(11));
    expect(columns.map(({ would_be }) => would_be?.skip_footer)).toEqual([2, 2]);
    for (const { message } of warnings) expect(message).toContain('the last 2 rows hold such texts');
    expect(decide({ n: [...times(9, '5'), 'a', 'b', 'c'] }, ended(12)).columns[0]!.would_be?.skip_footer).toBe(3);
  });

  it('where a footer is left out already, and is told to leave out both', () => {
    const { columns } = decide({ n: [...times(5, '1'), 'Total'] }, ended(6, { footer: 2 }));
    expect(columns[0]!.would_be).toMatchObject({ skip_footer: 3 });
  });

  it.each<[string, string[], Partial<FileFacts['end']>]>([
    ['where four records are not', [...times(9, '5'), 'a', 'b', 'c', 'd'], {}],
    ['where another row is not either', ['5', 'x', ...times(9, '5'), 'Total'], {}],
    ['where a reject stands between them', [...times(9, '5'), 'Sum', 'Mean'], { rowsAtEnd: 1 }],
    ['where the end of the file was not read', [...times(9, '5'), 'Total'], { rowsAtEnd: 0 }],
    ['where fewer than five rows stand above', [...times(4, '5'), 'Total'], {}],
    ['where no more than half are', ['5', 'Total'], {}],
  ])('without advice to leave out records %s', (_, values, end) => {
    const { columns, warnings } = decide({ n: values }, ended(values.length, end));
    expect(columns[0]!.would_be?.skip_footer).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it.each<[string, string[], object]>([
    ['texts', [...times(10, 'x'), ...times(1_000, '1')], { type: 'integer', exceptions: 10, value: 'x' }],
    ['many texts', [...times(900, 'x'), ...times(90_000, '1')], { type: 'integer', exceptions: 900, value: 'x' }],
    ['a number', ['0', ...times(9, '13.10.2026')], { type: 'date', exceptions: 1, value: '0' }],
    ['numbers', [...times(9, '0'), ...times(1_000, '13.10.2026')], { type: 'date', exceptions: 9, value: '0' }],
    [
      'a number of another form',
      ['1.5', '12', '1.234,50', '7', '3,25', '8'],
      { type: 'number', exceptions: 1, value: '1.5' },
    ],
    [
      'a day of another form',
      ['2026-10-13', ...times(9, '13.10.2026')],
      { type: 'date', exceptions: 1, value: '2026-10-13' },
    ],
  ])('also where the exceptions come first: %s', (_, values, { value, ...would_be }: { value?: string }) => {
    const { columns, warnings } = decide({ a: values });
    expect(columns[0]).toMatchObject({ type: 'text', would_be: { ...would_be, first: { row_id: 1, value } } });
    if (values.length > 100) expect(warnings).toMatchObject([{ code: 'text_by_exception', first_line: 2 }]);
  });

  it('although the order of its days is open', () => {
    const { columns, warnings } = decide({ a: [...OPEN, 'n/a'] });
    expect(columns[0]!.would_be).toEqual({ type: 'date', exceptions: 1, first: { row_id: 5, value: 'n/a' } });
    expect(warnings.map(({ code }) => code)).toEqual(['date_order_uncertain']);
    expect(codes({ a: [...times(200, '01/02/2024'), 'n/a'] })).toEqual(['text_by_exception', 'date_order_uncertain']);
    expect(codes({ a: [...OPEN, ...times(9, 'n/a')] })).toEqual([]);
  });

  it('and is given up after more texts than one in a hundred of 100,000', () => {
    const given = decide({ a: [...times(1_100, 'x'), ...times(200_000, '1')] }).columns[0];
    expect(given).toMatchObject({ type: 'text', would_be: null });
  });

  it('shows blanks that look like a space as what they are', () => {
    const { warnings } = decide({ a: [...times(200, '1 234'), '1\u00a0234'] });
    expect(warnings[0]!.message).toContain('"1\\u00a0234"');
  });
});
