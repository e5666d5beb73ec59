import { DATA_SETS, type DataSetName, type Probe } from '../data-sets.js';

/** A query of `data/`. */
export interface Question {
  name: string;
  query: Record<string, string>;
  /** The aim for the 95th percentile with one client, in milliseconds: without an index, and with it. */
  aims: { unindexed: number; indexed: number };
  /** Read the page after this many pages, by cursor. */
  pagesIn?: number;
}

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

const PAGE = { unindexed: 1_000, indexed: 20 };
const SEARCH = { unindexed: 1_500, indexed: 100 };
const COUNT = { unindexed: 1_000, indexed: 100 };

const queryOf = ({ filters, search }: Probe): Record<string, string> => ({
  ...(filters && { filters: JSON.stringify(filters) }),
  ...(search !== undefined && { search }),
});

/** The queries on a data set: a page and an exact count of each probe, sorted pages and deep pages. */
export function questionsOn(name: DataSetName, rows: number): Question[] {
  const probes = Object.entries(DATA_SETS[name].probes).filter(([key]) => key in WORDS);
  const pages = probes.map(
    ([key, probe]): Question => ({
      name: WORDS[key]!,
      query: { ...queryOf(probe), count: 'none' },
      aims: key.startsWith('search') ? SEARCH : PAGE,
    }),
  );
  const counts = probes.map(
    ([key, probe]): Question => ({
      name: `${WORDS[key]}, counted`,
      query: queryOf(probe),
      aims: key.startsWith('search') ? SEARCH : COUNT,
    }),
  );
  const [text, number] = name === 'B' ? ['sensor', 'reading'] : ['full_name', 'unit_price'];
  const sorted = (what: string, sort_by: string, more: Partial<Question> = {}): Question => ({
    name: what,
    query: { sort_by, count: 'none' },
    aims: PAGE,
    ...more,
  });
  const tenth = JSON.stringify(DATA_SETS[name].probes.tenthEqual!.filters);
  const lastPage = Math.ceil(rows / 100);
  return [
    { name: 'page 1', query: {}, aims: { unindexed: 20, indexed: 20 } },
    { name: `page ${lastPage}`, query: { page: `${lastPage}` }, aims: { unindexed: 20, indexed: 20 } },
    ...pages,
    sorted('sorted by text', text),
    sorted('sorted by number, down', `-${number}`),
    sorted('sorted by number, 200 pages in', `-${number}`, { pagesIn: 200 }),
    { name: 'a tenth, sorted by number', query: { filters: tenth, sort_by: `-${number}`, count: 'none' }, aims: PAGE },
    ...counts,
  ];
}
