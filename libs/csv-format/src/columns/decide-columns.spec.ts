import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../model.js';
import { ColumnEvidence } from './column-evidence.js';
import { columnRules } from './column-rules.js';
import { type ColumnFindings, decideColumns, type FileFacts } from './decide-columns.js';

/** The end of the file was not read. */
const OPEN_END = { rows: 0, rowsAtEnd: 0, footer: 0 };
const FILE: FileFacts = { options: {}, decimal: '.', delimiter: ',', firstLine: 2, end: OPEN_END };

/** Decides the columns of a table, each given by its values; empty texts are empty cells. */
function decide(table: Record<string, readonly string[]>, facts: Partial<FileFacts> = {}) {
  const file = { ...FILE, ...facts };
  const columns = Object.keys(table).map((key, index) => ({ key, name: key.toUpperCase(), position: index + 1 }));
  const nullValues = (file.options.null_values ?? []).map((text) => Buffer.from(text));
  const evidence = new ColumnEvidence(columnRules(columns, file.options), nullValues);
  for (const [column, values] of Object.values(table).entries()) {
    for (const [row, value] of values.entries()) {
      if (value === '' || evidence.readings[column] === 0) continue;
      const bytes = Buffer.from(value);
      evidence.see(column, bytes, 0, bytes.length, row, row + 2);
    }
  }
  const findings = columns.map((_, column): ColumnFindings => {
    const found = evidence.exceptions.get(column);
    return {
      readings: evidence.readings[column]!,
      filled: evidence.filled[column]!,
      exceptions: found
        ? { count: found.count, first: { row_id: found.row + 1, value: found.value }, line: found.line }
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

  it('doubtful where points alone are seen behind semicolons, and each may be one of thousands', () => {
    expect(codes({ a: ['1.234', '12.500'] }, { delimiter: ';' })).toEqual(['decimal_uncertain']);
    expect(codes({ a: ['1.234', '12.500'], b: ['0.5', '1.25'] }, { delimiter: ';' })).toEqual([]);
    expect(codes({ a: ['1.234', '12.5'] }, { delimiter: ';' })).toEqual([]);
  });

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

  it('and is given up after some texts', () => {
    expect(decide({ a: [...times(10, 'x'), ...times(10_000, '1')] }).columns[0]).toMatchObject({
      type: 'text',
      would_be: null,
    });
  });
});
