export interface SortKey {
  column: string;
  descending: boolean;
}

/** Reads `sort_by` of the API: `day,-price`. */
export const fromSortBy = (sortBy: string | undefined): SortKey[] =>
  (sortBy ?? '')
    .split(',')
    .filter(Boolean)
    .map((key) =>
      key.startsWith('-') ? { column: key.slice(1), descending: true } : { column: key, descending: false },
    );

export const toSortBy = (keys: SortKey[]): string | undefined =>
  keys.map(({ column, descending }) => (descending ? `-${column}` : column)).join(',') || undefined;

/** The sort with one more column behind the others; one that is sorted by already keeps its place. */
export const alsoSorted = (keys: SortKey[], column: string, descending: boolean): SortKey[] =>
  keys.some((key) => key.column === column)
    ? keys.map((key) => (key.column === column ? { column, descending } : key))
    : [...keys, { column, descending }];

/**
 * What a click on a header does: ascending, then descending, then file order.
 * @param isAdded with the shift key: the other columns keep their order, and this one comes behind them
 */
export function nextSort(keys: SortKey[], column: string, isAdded: boolean): SortKey[] {
  const now = keys.find((key) => key.column === column);
  const others = isAdded ? keys.filter((key) => key.column !== column) : [];
  if (!now) return [...others, { column, descending: false }];
  if (now.descending) return others;
  return isAdded
    ? keys.map((key) => (key.column === column ? { column, descending: true } : key))
    : [{ column, descending: true }];
}
