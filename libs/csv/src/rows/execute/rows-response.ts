import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CsvColumn, ROW_SEPARATOR } from '@app/csv-format';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { ByteBuffer } from '../compose/byte-buffer.js';
import { JsonWriter } from '../compose/json-writer.js';
import { rowEnd } from '../compose/stored-rows.js';
import type { IndexUse } from '../plan/index-planner.js';
import type { Columns } from '../request/columns.js';
import type { RawRowsQuery } from '../request/parse-rows-query.js';
import type { RowsQuery } from '../request/rows-query.js';
import { PageValues, warningsOf } from '../request/rows-warnings.js';
import type { FoundPage } from './page-reader.js';
import type { RowTotal } from './row-counter.js';

/** The part of a response that is equal for equal requests, so that it can be cached. */
export interface RowsAnswer {
  index: IndexUse;
  /** A JSON object in UTF-8 without its closing brace; `closedBody` adds what concerns one request. */
  openBody: Buffer;
}

/** A page of 100 rows of 20 columns, with room to spare. */
const EXPECTED_BYTES = 128 * 1024;

export interface Pagination {
  page: number | null;
  page_size: number;
  total_count: number | null;
  total_count_is_estimate: boolean;
  total_pages: number | null;
  has_next: boolean;
  has_prev: boolean;
  next_page: number | null;
  prev_page: number | null;
  next_cursor: string | null;
}

/** The position of a page. After a cursor its number is unknown, and a previous page exists. */
export function paginationOf(
  { position, pageSize }: Pick<RowsQuery, 'position' | 'pageSize'>,
  hasNext: boolean,
  total: RowTotal | null,
  nextCursor: string | null,
): Pagination {
  const page = 'page' in position ? position.page : null;
  return {
    page,
    page_size: pageSize,
    total_count: total?.count ?? null,
    total_count_is_estimate: total?.isEstimate ?? false,
    total_pages: total ? Math.ceil(total.count / pageSize) : null,
    has_next: hasNext,
    has_prev: page === null || page > 1,
    next_page: page !== null && hasNext ? page + 1 : null,
    prev_page: page !== null && page > 1 ? page - 1 : null,
    next_cursor: nextCursor,
  };
}

/**
 * What is written before other requests get their turn: some 15 ms of CPU. A page may have 32 MiB, which written at once kept
 * the event loop busy for 250 ms.
 */
const BYTES_PER_TURN = 4 * 1024 * 1024;

/** Writes a page as JSON: the stored cells become bytes of the answer; there are no objects of rows that would be serialized. */
export async function openBody(
  upload: Pick<CsvUpload, 'id' | 'original_filename' | 'status' | 'has_escapes'>,
  columns: Columns,
  raw: RawRowsQuery,
  query: RowsQuery,
  { rowNumbers, cells }: FoundPage,
  pagination: Pagination,
): Promise<Buffer> {
  const head = JSON.stringify({
    upload_id: upload.id,
    original_filename: upload.original_filename,
    upload_status: upload.status,
  });
  const metadata = JSON.stringify({
    available_columns: columns.keys,
    columns: query.columns.map((column) => column.key),
    search: query.search,
    search_query: query.search,
    sort_by: raw.sort_by || 'id',
    sort_order: raw.sort_order?.toLowerCase() || 'asc',
  });
  // The filters are copied as text: parsed and serialized again, a long number would lose digits.
  const filters = raw.filters || '{}';
  const compared = await warningsOf(query, (wanted) => typedOn(cells, wanted));
  const warnings = [...(raw.unknown ?? []), ...compared];
  const tail = `],"warnings":${JSON.stringify(warnings)},"pagination":${JSON.stringify(pagination)},"metadata":${metadata.slice(0, -1)},"filters":${filters},"applied_filters":${filters}}`;

  const writer = new JsonWriter(upload, query.columns, query.values, '}');
  const out = new ByteBuffer(EXPECTED_BYTES);
  out.append(`${head.slice(0, -1)},"data":[`);
  let index = 0;
  let turnEnds = BYTES_PER_TURN;
  for (const text of cells) {
    // Apart from reading it from the connection: encoding 32 MiB takes 40 ms.
    if (text.length > BYTES_PER_TURN) await nextTurn();
    const rows = Buffer.from(text);
    if (rows.length > BYTES_PER_TURN) await nextTurn();
    // A row with one empty cell is an empty text, so the end of the bytes may be the end of an empty row.
    for (let from = 0; from <= rows.length; index++) {
      const to = rowEnd(rows, from);
      out.append(`${index > 0 ? ',' : ''}{"row_id":${rowNumbers[index]},"data":`);
      writer.write(rows, from, to, out);
      from = to + 1;
      if (out.length > turnEnds) {
        await nextTurn();
        turnEnds = out.length + BYTES_PER_TURN;
      }
    }
  }
  out.append(tail);
  // From here on the answer is hashed and copied, 30 ms each for 32 MiB.
  if (out.length > BYTES_PER_TURN) await nextTurn();
  return out.take();
}

/** Which of the columns have mostly values on the page that look like numbers or days. Each row is read once for all of them. */
async function typedOn(cells: readonly string[], columns: readonly CsvColumn[]): Promise<ReadonlySet<CsvColumn>> {
  const values = new PageValues(columns);
  if (columns.length === 0) return values.typed;
  let seen = 0;
  for (const rows of cells) {
    for (let from = 0; from <= rows.length; ) {
      const found = rows.indexOf(ROW_SEPARATOR, from);
      const to = found < 0 ? rows.length : found;
      values.see(rows.slice(from, to));
      seen += to - from;
      from = to + 1;
      if (seen < BYTES_PER_TURN) continue;
      seen = 0;
      await nextTurn();
    }
  }
  return values.typed;
}

/** Completes a body with the figures of one request. */
export function closedBody(openBody: Buffer, index: IndexUse, cached: boolean, elapsedMs: number): Buffer {
  const performance = { response_time_ms: Math.round(elapsedMs * 100) / 100, cached, index };
  return Buffer.concat([openBody, Buffer.from(`,"performance":${JSON.stringify(performance)}}`)]);
}
