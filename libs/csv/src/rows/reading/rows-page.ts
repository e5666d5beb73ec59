import type { RowsQuery } from '../query/rows-query.js';

/** What came of looking for indexes: they serve the query, they are being built, or there are none. */
export type IndexUse = 'used' | 'building' | 'none';

export interface RowTotal {
  count: number;
  isEstimate: boolean;
}

/** A page as it was found, before it is written out. */
export interface RowsPage {
  /** Row numbers and the texts of the rows' data as JSON objects, in order. */
  rows: { rowNumber: number; json: string }[];
  hasNext: boolean;
  /** null when nobody asked for it. */
  total: RowTotal | null;
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
  { hasNext, total }: Pick<RowsPage, 'hasNext' | 'total'>,
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
