import type { RowsQuery } from '../request/rows-query.js';

/** `used`: every index that the query calls for is there. `building`: one is on its way. `none`: it does without. */
export type IndexUse = 'used' | 'building' | 'none';

export interface RowTotal {
  count: number;
  isEstimate: boolean;
}

export interface ReadRow {
  rowNumber: number;
  /** The row's data as the text of a JSON object. */
  json: string;
}

/** A page as it was found, before it is written out. */
export interface FoundPage {
  rows: ReadRow[];
  hasNext: boolean;
  /** How many rows are selected, where finding these has told. */
  total: number | null;
}

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

/** Where a page stands. Behind a cursor nobody knows the page's number, and there is something before it. */
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
