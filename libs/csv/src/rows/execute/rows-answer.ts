import type { CsvUpload } from '../../upload/upload.entity.js';
import type { ColumnBook } from '../request/column-book.js';
import type { RawRowsQuery } from '../request/parse-rows-query.js';
import type { RowsQuery } from '../request/rows-query.js';
import type { IndexUse, Pagination, ReadRow } from './rows-page.js';

/** What is the same however often it is asked, and how indexes served it. */
export interface RowsAnswer {
  index: IndexUse;
  /** A JSON object without its closing brace; what tells of the request itself is still to come. */
  openBody: string;
}

/**
 * Writes a page as JSON by joining texts: the rows come from PostgreSQL as JSON objects already, and are neither parsed nor
 * written again here.
 */
export function openBody(
  upload: CsvUpload,
  book: ColumnBook,
  raw: RawRowsQuery,
  query: RowsQuery,
  rows: ReadRow[],
  pagination: Pagination,
): string {
  const head = JSON.stringify({
    upload_id: upload.id,
    original_filename: upload.original_filename,
    upload_status: upload.status,
  });
  const data = rows.map(({ rowNumber, json }) => `{"row_id":${rowNumber},"data":${json}}`).join(',');
  const metadata = JSON.stringify({
    available_columns: book.keys,
    columns: query.columns.map((column) => column.key),
    search_query: query.search,
    sort_by: raw.sort_by || 'id',
    sort_order: raw.sort_order?.toLowerCase() || 'asc',
  });
  // The filters stand as they were given: parsed and written again, a long number would lose digits.
  const filters = raw.filters || '{}';
  return `${head.slice(0, -1)},"data":[${data}],"pagination":${JSON.stringify(pagination)},"metadata":${metadata.slice(0, -1)},"applied_filters":${filters}}`;
}

/** Closes a body with what this very request took. */
export function closedBody(openBody: string, index: IndexUse, cached: boolean, elapsedMs: number): string {
  const performance = { response_time_ms: Math.round(elapsedMs * 100) / 100, cached, index };
  return `${openBody},"performance":${JSON.stringify(performance)}}`;
}
