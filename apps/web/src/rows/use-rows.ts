import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, call, type Schemas } from '../api/client.js';
import { ProblemError } from '../api/problem.js';
import type { RowsSearch } from '../app/router.js';
import { isExact, type KnownRows, learned, type PageRead, totalOf } from './row-total.js';

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

/** Which rows in which order: equal for questions that show other columns of the same rows. */
export const rowsOf = ({ filters, search, sort_by }: RowsSearch): string => JSON.stringify([filters, search, sort_by]);

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

type Page = Awaited<ReturnType<NonNullable<ReturnType<typeof pageQuery>['queryFn']>>>;

/**
 * The first page, with the count of all rows. While another question is asked it stays that of the last one, whose search is `answered`:
 * the grid goes on showing its rows, and keeps its place and the focus.
 */
export function useFirstPage(id: string, search: RowsSearch) {
  const first = useQuery({ ...pageQuery(id, search, 1), placeholderData: keepPreviousData });
  const answered = useRef(search);
  if (!first.isPlaceholderData) answered.current = search;
  return { first, answered: answered.current };
}

/** How many rows a question has: as counted, or where it was only estimated, as the pages that were read tell. */
export function useRowTotal(search: RowsSearch, first: Page | undefined) {
  const rows = rowsOf(search);
  const start = useMemo(() => (first ? counted(first) : { least: 0, most: null }), [first]);
  const [read, setRead] = useState({ rows, known: start });
  const known = read.rows === rows && read.known.least >= start.least ? read.known : start;
  const onRead = useCallback(
    (page: PageRead) =>
      setRead((before) => {
        const now = before.rows === rows && before.known.least >= start.least ? before.known : start;
        const next = learned(now, page, PAGE_SIZE);
        return next === now ? before : { rows, known: next };
      }),
    [rows, start],
  );
  return {
    total: totalOf(first?.pagination.total_count ?? 0, known, PAGE_SIZE),
    isEstimate: !isExact(known),
    onRead,
  };
}

/** What the first page tells of the number of all rows. */
function counted({ data, pagination }: Page): KnownRows {
  const { total_count: total, total_count_is_estimate: isEstimate, has_next: hasNext } = pagination;
  if (total !== null && !isEstimate) return { least: total, most: total };
  return learned({ least: 0, most: null }, { page: 1, rows: data.length, hasNext }, PAGE_SIZE);
}

/** The service refuses a page behind the last row. */
const isBehindEnd = (error: Error | null): boolean => error instanceof ProblemError && error.of('page') !== undefined;

interface RowsOptions {
  /** The places of the rows that are shown, from 0. */
  first: number;
  last: number;
  total: number;
  /** Is told what each page says of the number of rows; null where that is known. */
  onRead: ((page: PageRead) => void) | null;
}

/** The rows from `first` to `last`, as far as they are there. */
export function useRows(id: string, search: RowsSearch, { first, last, total, onRead }: RowsOptions) {
  const queries = useQueryClient();
  const ahead = Math.max(last, Math.min(last + AHEAD, total - 1));
  const wanted = useRest(`${pageOf(Math.max(0, first - AHEAD))} ${pageOf(ahead)}`);
  const [from, to] = wanted.split(' ').map(Number) as [number, number];
  const shown = pagesBetween(pageOf(first), pageOf(last));
  const asked = pagesBetween(from, to);
  const results = useQueries({
    queries: asked.map((page) => ({
      ...pageQuery(id, search, page),
      retry: (failures: number, error: Error) => failures < 2 && !isBehindEnd(error),
    })),
  });
  useEffect(() => {
    if (!onRead) return;
    asked.forEach((page, at) => {
      const { data, error } = results[at]!;
      if (data) onRead({ page, rows: data.data.length, hasNext: data.pagination.has_next });
      else if (isBehindEnd(error)) onRead({ page, isBehindEnd: true });
    });
  });
  useEffect(() => prune(queries, wanted), [queries, wanted]);
  const pages = new Map<number, Row[] | undefined>(asked.map((page, at) => [page, results[at]?.data?.data]));
  // What was read before is shown while the scroll bar still moves.
  for (const page of shown) {
    if (pages.get(page)) continue;
    const read =
      queries.getQueryData(pageQuery(id, search, page).queryKey) ?? withOtherColumns(queries, id, search, page);
    pages.set(page, read?.data);
  }
  return {
    rowAt: (index: number): Row | undefined => pages.get(pageOf(index))?.[index % PAGE_SIZE],
    error: results.find(({ error }) => error && !isBehindEnd(error))?.error ?? null,
  };
}

/** A page that was read when other columns were shown: most of its cells are those that are wanted now. */
function withOtherColumns(queries: QueryClient, id: string, search: RowsSearch, page: number): Page | undefined {
  const found = queries.getQueryCache().find<Page>({
    queryKey: ['rows', id],
    exact: false,
    predicate: ({ queryKey, state }) =>
      state.data !== undefined && queryKey[3] === page && rowsOf(queryKey[2] as RowsSearch) === rowsOf(search),
  });
  return found?.state.data;
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
