import { type QueryClient, queryOptions, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import type { RowsSearch } from '../app/router.js';

export type Row = Schemas['RowDto'];

/** Rows of one request. Small enough to come within a frame or two, big enough for two screens. */
export const PAGE_SIZE = 100;
/** Rows that are asked for beyond both edges of the window. */
const AHEAD = 30;
/** While the scroll bar is dragged, pages that are passed over are not asked for. */
const REST_MS = 50;
/** Pages out of sight that are kept, so that memory does not grow with the distance scrolled. */
const MOST_KEPT = 30;

/** The question as the API takes it. */
export const queryOf = ({ filters, search, sort_by, columns }: RowsSearch) => ({ filters, search, sort_by, columns });

export const pageQuery = (id: string, search: RowsSearch, page: number) =>
  queryOptions({
    queryKey: ['rows', id, queryOf(search), page],
    queryFn: ({ signal }) =>
      call(
        api.GET('/api/v1/csv-data/uploads/{id}/data/', {
          params: {
            path: { id },
            query: {
              ...queryOf(search),
              page,
              page_size: PAGE_SIZE,
              // The exact texts of the file. Only the first page counts all rows.
              values: 'text',
              count: page === 1 ? 'exact' : 'none',
            },
          },
          signal,
        }),
      ),
    // The rows of a completed upload never change. A change of a column removes them from this cache (column-form.tsx).
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The first page, with the count of all rows. */
export const useFirstPage = (id: string, search: RowsSearch) => useQuery(pageQuery(id, search, 1));

/** The rows from `first` to `last` (from 0), as far as they are there. */
export function useRows(id: string, search: RowsSearch, first: number, last: number) {
  const queries = useQueryClient();
  const wanted = useRest(`${pageOf(Math.max(0, first - AHEAD))} ${pageOf(last + AHEAD)}`);
  const [from, to] = wanted.split(' ').map(Number) as [number, number];
  const shown = pagesBetween(pageOf(first), pageOf(last));
  const asked = pagesBetween(from, to);
  const results = useQueries({
    queries: asked.map((page) => ({ ...pageQuery(id, search, page), retry: 2 })),
  });
  useEffect(() => prune(queries, wanted), [queries, wanted]);
  const pages = new Map<number, Row[] | undefined>(asked.map((page, at) => [page, results[at]?.data?.data]));
  // What was read before is shown while the scroll bar still moves.
  for (const page of shown) {
    if (!pages.get(page)) pages.set(page, queries.getQueryData(pageQuery(id, search, page).queryKey)?.data);
  }
  return {
    rowAt: (index: number): Row | undefined => pages.get(pageOf(index))?.[index % PAGE_SIZE],
    error: results.find((result) => result.error)?.error ?? null,
  };
}

/** How long a jump waits for its rows before it is drawn without them. Drawn at once, and again with its rows, a jump took 160 ms. */
const WAIT_MS = 50;

/**
 * Asks for rows that are jumped to before anything is drawn, so that they are drawn once and not twice.
 * @returns a function for `useRowWindow`
 */
export function useArrival(id: string, search: RowsSearch) {
  const queries = useQueryClient();
  const isMoving = useIsMoving();
  return (first: number, last: number): Promise<void> | null => {
    const missing = pagesBetween(pageOf(first), pageOf(last))
      .map((page) => pageQuery(id, search, page))
      .filter(({ queryKey }) => queries.getQueryData(queryKey) === undefined);
    if (missing.length === 0) return null;
    if (isMoving()) return null;
    const asked = missing.map((page) => queries.prefetchQuery(page));
    const tooLong = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    return Promise.race([Promise.all(asked), tooLong]).then(() => {});
  };
}

const pageOf = (index: number) => Math.floor(index / PAGE_SIZE) + 1;
const pagesBetween = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

/** @returns a function that tells whether it was called within REST_MS before, as while the scroll bar is dragged */
function useIsMoving(): () => boolean {
  const calledAt = useRef(0);
  return useCallback(() => {
    const now = performance.now();
    const isMoving = now - calledAt.current < REST_MS;
    calledAt.current = now;
    return isMoving;
  }, []);
}

/** A value: at once when it has rested for REST_MS before, as at a single jump; while it changes quickly, once it rests again. */
function useRest(value: string): string {
  const [rested, setRested] = useState(value);
  const isMoving = useIsMoving();
  useEffect(() => {
    if (!isMoving()) return setRested(value);
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value, isMoving]);
  return rested;
}

function prune(queries: QueryClient, _wanted: string): void {
  const unused = queries.getQueryCache().findAll({ queryKey: ['rows'], type: 'inactive' });
  const oldest = unused.sort((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt);
  for (const query of oldest.slice(0, Math.max(0, oldest.length - MOST_KEPT))) queries.getQueryCache().remove(query);
}
