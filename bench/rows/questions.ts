import type { DataSet, Probe } from '../data-sets.js';

/** Aims in milliseconds; an absent one is no aim. */
export interface Aim {
  p50?: number;
  p95?: number;
}

/** What a client asks of the rows: the hundred rows of a page, and on demand how many there are in all. */
export interface Question {
  name: string;
  /** Which rows; all of them if not set. */
  probe?: Probe;
  sort?: { by: string; down: boolean };
  /** A page by its number, of the whole file. */
  page?: number;
  /** Read the page after this many pages of 500, by cursor. */
  pagesIn?: number;
  isCounted: boolean;
  /** With one client. */
  aims: { unindexed: Aim; indexed: Aim };
}

export const PAGE_ROWS = 100;
/** Size of the pages that lead to a deep page; the largest that the service has. */
export const STRIDE_ROWS = 500;

const WORDS: Record<string, string> = {
  rareEqual: 'equal, a few rows',
  thousandthEqual: 'equal, a thousandth',
  tenthEqual: 'equal, a tenth',
  anyOf: 'any of several',
  narrowRange: 'numbers, 0.5%',
  wideRange: 'numbers, half',
  dateRange: 'dates, a month',
  containsRare: 'contains, a few rows',
  containsCommon: 'contains, a sixth',
  searchRare: 'search everywhere, a few rows',
  searchNone: 'search everywhere, no row',
};

const INDEXED_PAGE: Aim = { p50: 10, p95: 20 };
const PAGE = { unindexed: { p95: 1_000 }, indexed: INDEXED_PAGE };
const BY_NUMBER = { unindexed: { p50: 3, p95: 20 }, indexed: { p50: 3, p95: 20 } };
const SEARCH = { unindexed: { p50: 2_000 }, indexed: INDEXED_PAGE };
const COUNT = { unindexed: { p95: 1_000 }, indexed: { p95: 100 } };
const COUNTED_SEARCH = { unindexed: { p50: 2_000 }, indexed: { p95: 100 } };

/** The questions on a data set: a page and an exact count of each probe, sorted pages and deep pages. */
export function questionsOn({ probes, sorts }: DataSet, rows: number): Question[] {
  const known = Object.entries(probes).filter(([key]) => key in WORDS);
  const pages = known.map(
    ([key, probe]): Question => ({
      name: WORDS[key]!,
      probe,
      isCounted: false,
      aims: probe.search === undefined ? PAGE : SEARCH,
    }),
  );
  const counts = known.map(
    ([key, probe]): Question => ({
      name: `${WORDS[key]}, counted`,
      probe,
      isCounted: true,
      aims: probe.search === undefined ? COUNT : COUNTED_SEARCH,
    }),
  );
  const byNumber = (page: number): Question => ({ name: `page ${page}`, page, isCounted: true, aims: BY_NUMBER });
  const down = { by: sorts.number, down: true };
  const sorted = { isCounted: false, aims: PAGE };
  // A tenth of the rows lies before it.
  const pagesIn = Math.max(1, Math.floor(rows / 10 / STRIDE_ROWS));
  return [
    byNumber(1),
    byNumber(Math.ceil(rows / PAGE_ROWS)),
    ...pages,
    { name: 'sorted by text', sort: { by: sorts.text, down: false }, ...sorted },
    { name: 'sorted by number, down', sort: down, ...sorted },
    { name: `sorted by number, behind ${pagesIn * STRIDE_ROWS} rows`, sort: down, pagesIn, ...sorted },
    { name: 'a tenth, sorted by number', probe: probes.tenthEqual!, sort: down, ...sorted },
    ...counts,
  ];
}

/** The same question, but with no more than two pages before it: without an index, reaching each of them takes a scan. */
export const shallow = (question: Question): Question =>
  question.pagesIn === undefined ? question : { ...question, pagesIn: Math.min(2, question.pagesIn) };

/** How many rows lie before the asked page. */
export const offsetOf = ({ page = 1, pagesIn = 0 }: Question): number => (page - 1) * PAGE_ROWS + pagesIn * STRIDE_ROWS;

/** The parameters of `data/`; the cursor of a deep page comes on top. */
export const queryOf = ({ probe, sort, page, isCounted }: Question): Record<string, string> => ({
  ...(probe?.filters && { filters: JSON.stringify(probe.filters) }),
  ...(probe?.search !== undefined && { search: probe.search }),
  ...(sort && { sort_by: `${sort.down ? '-' : ''}${sort.by}` }),
  ...(page !== undefined && { page: `${page}` }),
  count: isCounted ? 'exact' : 'none',
});
