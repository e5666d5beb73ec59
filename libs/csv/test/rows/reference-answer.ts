import type { CsvColumn } from '@app/csv-format';

/** A query before it is written as a query string. */
export interface AskedQuery {
  /** With `$or`, `$and` and `$not` as a client writes them. */
  filters: Record<string, unknown>;
  search: string;
  /** Column keys with their direction. */
  sort: { key: string; descending: boolean }[];
  rowOrder?: 'asc' | 'desc';
}

export interface ReferenceTable {
  columns: CsvColumn[];
  /** Exact texts by column, null when empty. */
  rows: (string | null)[][];
}

/** Unicode's simple case mapping: one code point becomes one. JavaScript has another mapping only for İ. */
const simpleLower = (text: string): string =>
  [...text].map((letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('');

type Comparable = number | bigint | string | Buffer;

function instant(text: string): bigint {
  const [, day, time = '00:00:00', fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?)?$/.exec(text)!;
  const seconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`) / 1000;
  return BigInt(seconds) * 1_000_000n + BigInt(Math.round(Number(`0.${fraction || 0}`) * 1e6));
}

/** A number in the format of its column, or as JSON. Texts of the tests are never both. */
function numberOf(text: string, format: string | null): number {
  const decimal = format?.at(-3) === ',' ? ',' : '.';
  const thousands = format?.replace(/[0-9]/g, '').slice(0, -1) ?? '';
  const plain = thousands === '' ? text : text.split(thousands).join('');
  return Number(decimal === ',' ? plain.replace(',', '.') : plain);
}

/** A day with or without a time as ISO 8601, from the format of its column or as it stands. */
function isoOf(text: string, format: string | null): string {
  if (format === null || /^\d{4}-/.test(text)) return text;
  const [day = '', clock, half] = text.split(/[Tt ]/);
  const parts = day.split(/[./-]/);
  const at = (letter: string) =>
    parts[
      format
        .split(' ')[0]!
        .split(/[./-]/)
        .findIndex((part) => part[0] === letter)
    ]!;
  const year = at('Y').length === 2 ? (Number(at('Y')) < 69 ? 2000 : 1900) + Number(at('Y')) : at('Y');
  const date = `${year}-${at('M').padStart(2, '0')}-${at('D').padStart(2, '0')}`;
  if (clock === undefined) return date;
  const [hour, minute, second = '00'] = clock.split(':');
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'PM' ? 12 : 0);
  return `${date}T${String(hours).padStart(2, '0')}:${minute}:${second}`;
}

function comparable({ type, format }: CsvColumn, given: unknown): Comparable {
  const text = String(given);
  switch (type) {
    case 'integer':
      return Number(text);
    case 'number':
      return typeof given === 'number' ? given : numberOf(text, format);
    case 'boolean':
      return text.toLowerCase() === 'true' ? 1 : 0;
    case 'datetime':
      return instant(isoOf(text, format));
    case 'date':
      return isoOf(text, format);
    default:
      return Buffer.from(text);
  }
}

const compare = (a: Comparable, b: Comparable): number =>
  Buffer.isBuffer(a) ? Buffer.compare(a, b as Buffer) : a < b ? -1 : a > b ? 1 : 0;

/** The numbers of the matching rows in the requested order, found by checking one row after the other. */
export function referenceAnswer(table: ReferenceTable, asked: AskedQuery): number[] {
  const { columns } = table;
  // What stands for no value is as an empty cell, except to a search.
  const filledCell = (cell: string | null, column: CsvColumn) =>
    cell !== null && column.null_values.includes(cell) ? null : cell;
  const indexOf = (key: string) => columns.findIndex((column) => column.key === key);

  const holds = (row: (string | null)[], key: string, operator: string, operand: unknown): boolean => {
    const index = indexOf(key);
    const column = columns[index]!;
    const cell = filledCell(row[index]!, column);
    if (operator === 'is_null') return (cell === null) === operand;
    if (cell === null) return false;
    const order = (value: unknown) => compare(comparable(column, cell), comparable(column, value));
    const found = simpleLower(cell);
    const wanted = () => simpleLower(String(operand));
    switch (operator) {
      case 'eq':
        return order(operand) === 0;
      case 'ne':
        return order(operand) !== 0;
      case 'gt':
        return order(operand) > 0;
      case 'gte':
        return order(operand) >= 0;
      case 'lt':
        return order(operand) < 0;
      case 'lte':
        return order(operand) <= 0;
      case 'in':
        return (operand as unknown[]).some((value) => order(value) === 0);
      case 'not_in':
        return (operand as unknown[]).every((value) => order(value) !== 0);
      case 'between':
        return order((operand as unknown[])[0]) >= 0 && order((operand as unknown[])[1]) <= 0;
      case 'contains':
        return found.includes(wanted());
      case 'not_contains':
        return !found.includes(wanted());
      case 'starts_with':
        return found.startsWith(wanted());
      case 'ends_with':
        return found.endsWith(wanted());
      default:
        throw new Error(`no operator ${operator}`);
    }
  };

  const fulfils = (row: (string | null)[], filters: object): boolean =>
    Object.entries(filters).every(([key, wanted]) => {
      if (key === '$or') return (wanted as object[]).some((member) => fulfils(row, member));
      if (key === '$and') return (wanted as object[]).every((member) => fulfils(row, member));
      if (key === '$not') return !fulfils(row, wanted as object);
      if (Array.isArray(wanted)) return holds(row, key, 'in', wanted);
      if (typeof wanted !== 'object') return holds(row, key, 'eq', wanted);
      return Object.entries(wanted as object).every(([operator, operand]) => holds(row, key, operator, operand));
    });

  const fits = (row: (string | null)[]): boolean =>
    fulfils(row, asked.filters) &&
    (asked.search === '' || row.some((cell) => cell !== null && simpleLower(cell).includes(simpleLower(asked.search))));

  const inOrder = (a: number, b: number): number => {
    for (const { key, descending } of asked.sort) {
      const index = indexOf(key);
      const column = columns[index]!;
      const [left, right] = [filledCell(table.rows[a]![index]!, column), filledCell(table.rows[b]![index]!, column)];
      if (left === null || right === null) {
        if (left !== right) return left === null ? 1 : -1;
        continue;
      }
      const order = compare(comparable(column, left), comparable(column, right));
      if (order !== 0) return descending ? -order : order;
    }
    return asked.rowOrder === 'desc' ? b - a : a - b;
  };

  return table.rows
    .flatMap((row, index) => (fits(row) ? index : []))
    .sort(inOrder)
    .map((index) => index + 1);
}
