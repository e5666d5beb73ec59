/** What is known of the number of rows of a question: at least, and at most where that is known too. */
export interface KnownRows {
  least: number;
  most: number | null;
}

/** What a page by number says: how many rows it has and whether others follow, or that it is behind the last row. */
export type PageRead = { page: number; rows: number; hasNext: boolean } | { page: number; isBehindEnd: true };

export const isExact = ({ least, most }: KnownRows): boolean => least === most;

/** What is known after a page was read. The same object where the page says nothing new. */
export function learned(known: KnownRows, read: PageRead, pageSize: number): KnownRows {
  const before = (read.page - 1) * pageSize;
  const found = 'isBehindEnd' in read ? 0 : before + read.rows + (read.hasNext ? 1 : 0);
  const hasEnd = 'isBehindEnd' in read || !read.hasNext;
  const most = hasEnd ? Math.min(known.most ?? Number.POSITIVE_INFINITY, Math.max(before, found)) : known.most;
  const least = Math.max(known.least, found);
  return least === known.least && most === known.most ? known : { least, most };
}

/**
 * How many rows a grid has. An estimate that turned out too low grows by a tenth, so that the next rows can be scrolled to. One that turned
 * out too high is halved towards what was read: after ten such pages a thousandth of the error is left.
 */
export function totalOf(estimate: number, { least, most }: KnownRows, pageSize: number): number {
  if (most === null) return estimate >= least ? estimate : least + Math.max(pageSize, Math.ceil(least / 10));
  if (most - least <= pageSize) return most;
  if (estimate >= least && estimate <= most) return estimate;
  return Math.ceil((least + most) / 2 / pageSize) * pageSize;
}
