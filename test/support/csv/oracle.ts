import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { ClientBase } from 'pg';
import { type CsvDialect, PLAIN } from './dialect.js';
import { decode } from './encoding.js';
import type { Cell } from './writer.js';

/**
 * Checks an ingest: hashes the rows of the file, of the table and of the HTTP pages, so that they can be compared. It shares no code
 * with the service: csv-parse reads the file, TextDecoder its encoding.
 */
export interface RowsHash {
  rows: number;
  /** Hexadecimal; over every cell of every row, in order. */
  sha256: string;
}

type Rows = AsyncIterable<Cell[]> | Iterable<Cell[]>;

/** Hashes rows in their order. Each is framed as a line of JSON, so no two different tables hash alike. */
export async function hashRows(rows: Rows): Promise<RowsHash> {
  const hash = createHash('sha256');
  let count = 0;
  let pending = '';
  for await (const row of rows) {
    count++;
    pending += `${JSON.stringify(row)}\n`;
    if (pending.length > 1 << 16) {
      hash.update(pending);
      pending = '';
    }
  }
  return { rows: count, sha256: hash.update(pending).digest('hex') };
}

/** The first difference of two readings, for a failed comparison of hashes; null when they are equal. A side that has ended is undefined. */
export async function firstDifference(
  expected: Rows,
  actual: Rows,
): Promise<{ row: number; expected: Cell[] | undefined; actual: Cell[] | undefined } | null> {
  const [left, right] = [iterate(expected), iterate(actual)];
  for (let row = 1; ; row++) {
    const [a, b] = [await left.next(), await right.next()];
    if (a.done && b.done) return null;
    if (a.done || b.done || JSON.stringify(a.value) !== JSON.stringify(b.value)) {
      await Promise.all([left.return(undefined), right.return(undefined)]);
      return { row, expected: a.done ? undefined : a.value, actual: b.done ? undefined : b.value };
    }
  }
}

async function* iterate(rows: Rows): AsyncGenerator<Cell[], undefined, void> {
  yield* rows;
}

type ReadDialect = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'encoding' | 'header'>;

/**
 * The rows of a CSV file without the header and without empty lines; empty cells are null. Short and long records are returned
 * unchanged, and the test decides about them.
 * @throws the error of csv-parse for a quote that is not closed or not allowed
 */
export async function* readCsv(
  source: string | Buffer,
  dialect: Partial<ReadDialect> = {},
): AsyncGenerator<Cell[], void, void> {
  const { delimiter, quote, encoding, header, ...rest } = { ...PLAIN, ...dialect };
  const bytes =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 20 }) : Readable.from([source]);
  const parser = parse({
    delimiter,
    quote: quote === '' ? null : quote,
    escape: quote === '' ? null : rest.escape === 'backslash' ? '\\' : quote,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    from: header ? 2 : 1,
  });
  // With a callback, errors reach the iteration over the parser, and a reader may stop early without an error.
  pipeline(decode(bytes, encoding), parser, () => {});
  for await (const record of parser as AsyncIterable<Cell[]>) {
    for (let i = 0; i < record.length; i++) if (record[i] === '') record[i] = null;
    yield record;
  }
}

/** All rows of a small file; see `readCsv`. */
export async function readAllCsv(source: string | Buffer, dialect?: Partial<ReadDialect>): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for await (const row of readCsv(source, dialect)) rows.push(row);
  return rows;
}

export async function hashCsv(source: string | Buffer, dialect?: Partial<ReadDialect>): Promise<RowsHash> {
  return hashRows(readCsv(source, dialect));
}

/** Thrown for rows that the service must never store or return: a gap in the numbers, a key without a column. */
export class BrokenRows extends Error {
  override name = 'BrokenRows';
}

function expectNumber(actual: number, expected: number): void {
  if (actual !== expected) throw new BrokenRows(`row number ${actual} stands where ${expected} should`);
}

/** The cells of a row object in column order. */
function cellsByKey(data: Record<string, unknown>, keys: readonly string[], row: number): Cell[] {
  const cells = keys.map((key) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (value !== null && typeof value !== 'string')
      throw new BrokenRows(`row ${row} holds ${typeof value} for ${key}`);
    if (value === '') throw new BrokenRows(`row ${row} holds an empty text for ${key}, where null belongs`);
    return value;
  });
  const stored = Object.keys(data);
  if (stored.length !== keys.length) {
    const surplus = stored.filter((key) => !keys.includes(key));
    throw new BrokenRows(`row ${row} has keys of no column: ${surplus.join(', ')}`);
  }
  return cells;
}

/** The escaped characters of a stored cell. Written apart from the service's own codes, so that each checks the other. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\x03\x01\x01': '\x01',
  '\x03\x01\x02': '\x02',
  '\x03\x02': '\x03',
  '\x1d\x01\x01': '\x1d',
  '\x1d\x01\x02': '\x1e',
  '\x1d\x02': '\x1f',
};

/** The cells of a stored row, which stand in the order of the columns. */
function cellsOfText(text: string, width: number, row: number): Cell[] {
  const cells = text.split('\x1f').map((cell) => {
    const exact = cell.replace(/[\x03\x1d](\x01[\x01\x02]|\x02)|[\x01-\x03\x1d\x1e]/g, (code) => {
      const character = ESCAPES[code];
      if (character === undefined) throw new BrokenRows(`row ${row} holds ${JSON.stringify(code)}, which is no escape`);
      return character;
    });
    return exact === '' ? null : exact;
  });
  if (cells.length !== width) throw new BrokenRows(`row ${row} has ${cells.length} cells for ${width} columns`);
  return cells;
}

const PAGE_ROWS = 5_000;
const LOWEST_BIGINT = '-9223372036854775808';

/**
 * The rows of an upload in PostgreSQL, by keyset pages. It finds all rows, also those with numbers below 1.
 * @param table `csv_rows` or `csv_parts.rows_<n>`
 * @throws BrokenRows unless they are numbered 1 to n and have as many cells as there are keys
 */
async function* tableRows(
  client: Pick<ClientBase, 'query'>,
  table: string,
  uploadId: string,
  keys: readonly string[],
): AsyncGenerator<Cell[], void, void> {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(table)) throw new RangeError(`not a table: ${table}`);
  let last = LOWEST_BIGINT;
  let count = 0;
  for (;;) {
    const page: { rows: [rowNumber: string, cells: string][] } = await client.query({
      text: `SELECT row_number, cells FROM ${table}
             WHERE row_number > $1 ${table === 'csv_rows' ? 'AND upload_id = $2' : ''}
             ORDER BY row_number LIMIT ${PAGE_ROWS}`,
      values: table === 'csv_rows' ? [last, uploadId] : [last],
      rowMode: 'array',
    });
    for (const [rowNumber, cells] of page.rows) {
      expectNumber(Number(rowNumber), ++count);
      last = rowNumber;
      yield cellsOfText(cells, keys.length, count);
    }
    if (page.rows.length < PAGE_ROWS) return;
  }
}

export async function hashTable(
  client: Pick<ClientBase, 'query'>,
  table: string,
  uploadId: string,
  keys: readonly string[],
): Promise<RowsHash> {
  return hashRows(tableRows(client, table, uploadId, keys));
}

/** The part of a `data/` answer that is checked here. */
export interface DataPage {
  data: { row_id: number; data: Record<string, unknown> }[];
  pagination: { next_cursor: string | null };
}

/**
 * The rows of an upload from `GET data/?values=text`, from cursor to cursor.
 * @param fetchPage reads the page at the cursor; null is the first page
 * @throws BrokenRows unless the rows are numbered 1 to n, have the columns' keys in the columns' order, and the pages end
 */
async function* dataPageRows(
  fetchPage: (cursor: string | null) => Promise<DataPage>,
  keys: readonly string[],
): AsyncGenerator<Cell[], void, void> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const page: DataPage = await fetchPage(cursor);
    for (const { row_id, data } of page.data) {
      expectNumber(row_id, ++count);
      const cells = cellsByKey(data, keys, count);
      if (Object.keys(data).join('\n') !== keys.join('\n')) {
        throw new BrokenRows(`row ${count} has its keys in the order ${Object.keys(data).join(', ')}`);
      }
      yield cells;
    }
    cursor = page.pagination.next_cursor;
    if (cursor !== null && page.data.length === 0) throw new BrokenRows('a page without rows has a next cursor');
  } while (cursor !== null);
}

export async function hashDataPages(
  fetchPage: (cursor: string | null) => Promise<DataPage>,
  keys: readonly string[],
): Promise<RowsHash> {
  return hashRows(dataPageRows(fetchPage, keys));
}
