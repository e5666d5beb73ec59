import type { Random } from './random.js';

/** A kind of column: names that it may have, and how its cells are made. */
export interface ColumnKind {
  names: readonly string[];
  /** Makes the cells of one column: `row` counts from 0. `decimal` is the mark of the file. */
  cells(random: Random, decimal: '.' | ','): (row: number) => string;
}

const FIRST = [
  'Anna',
  'Li',
  'Mia',
  'Ivan',
  'Ola',
  'Zoë',
  'Pat',
  'Jean',
  'Omar',
  'Kim',
  'Ada',
  'Noé',
  'Eva',
  'Tom',
  'Ines',
  'Bo',
];
const LAST = [
  'Schmidt',
  'Wei',
  'Rossi',
  'Petrov',
  'Nordmann',
  "O'Neil",
  'Kravitz',
  'Dupont',
  'Garcia',
  'Sato',
  'Novak',
  'Silva',
  'Berg',
];
const CITY = [
  'Berlin',
  'Oslo',
  'Roma',
  'Kyiv',
  'Lyon',
  'New York',
  'São Paulo',
  'Bern',
  'Ulm',
  'Gent',
  'Porto',
  'Lund',
  'Sofia',
  'Riga',
  'Cork',
];
const STATE = [
  'open',
  'closed',
  'pending',
  'new',
  'done',
  'A',
  'B',
  'red',
  'blue',
  'green',
  'small',
  'large',
  'yes',
  'no',
  'ok',
  'failed',
];
const NOUN = [
  'table',
  'river',
  'engine',
  'paper',
  'garden',
  'winter',
  'market',
  'signal',
  'bridge',
  'copper',
  'letter',
  'window',
  'motor',
  'salt',
];

const two = (value: number): string => String(value).padStart(2, '0');
const day = (random: Random): [year: number, month: number, day: number] => [
  random.whole(1990, 2026),
  random.whole(1, 12),
  random.whole(1, 28),
];

function word(random: Random): string {
  const syllables = ['ka', 'lo', 'mi', 'ra', 'ten', 'sur', 'vo', 'pel', 'dar', 'in', 'os', 'ul', 'gra', 'ne', 'fi'];
  return Array.from({ length: random.whole(2, 4) }, () => random.pick(syllables)).join('');
}

function sentence(random: Random): string {
  const words = Array.from({ length: random.whole(3, 9) }, () =>
    random.chance(0.5) ? random.pick(NOUN) : word(random),
  );
  if (random.chance(0.4)) words[random.whole(0, words.length - 2)] += ',';
  const text = words.join(' ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}${random.chance(0.4) ? '.' : ''}`;
}

/** Twelve kinds of column, as tables have them. */
export const KINDS: Readonly<Record<string, ColumnKind>> = {
  serial: {
    names: ['id', 'nr', 'no', 'ID', 'row', 'Index'],
    cells: (random) =>
      (
        (from) => (row) =>
          String(from + row)
      )(random.whole(0, 5000)),
  },
  integer: {
    names: ['count', 'age', 'quantity', 'Anzahl', 'votes', 'stock'],
    cells: (random) =>
      (
        (to) => () =>
          String(random.whole(0, to))
      )(random.pick([1, 9, 120, 99999])),
  },
  decimal: {
    names: ['price', 'amount', 'temp', 'Betrag', 'lat', 'score', 'weight_kg'],
    cells: (random, decimal) => {
      const digits = random.whole(1, 4);
      const size = random.pick([1, 100, 10_000]);
      return () => ((random.next() - 0.2) * size).toFixed(digits).replace('.', decimal);
    },
  },
  date: {
    names: ['date', 'created', 'Datum', 'day', 'birthday'],
    cells: (random) => {
      const form = random.pick(['iso', 'dots', 'slashes']);
      return () => {
        const [y, m, d] = day(random);
        if (form === 'iso') return `${y}-${two(m)}-${two(d)}`;
        return form === 'dots' ? `${two(d)}.${two(m)}.${y}` : `${two(m)}/${two(d)}/${y}`;
      };
    },
  },
  datetime: {
    names: ['timestamp', 'updated_at', 'time', 'seen'],
    cells: (random) => {
      const between = random.pick(['T', ' ']);
      return () => {
        const [y, m, d] = day(random);
        return `${y}-${two(m)}-${two(d)}${between}${two(random.whole(0, 23))}:${two(random.whole(0, 59))}:${two(random.whole(0, 59))}`;
      };
    },
  },
  boolean: {
    names: ['active', 'paid', 'is_new', 'flag'],
    cells: (random) =>
      (
        (pair) => () =>
          random.pick(pair)
      )(
        random.pick([
          ['true', 'false'],
          ['TRUE', 'FALSE'],
          ['yes', 'no'],
        ]),
      ),
  },
  person: {
    names: ['name', 'customer', 'Name', 'author', 'Full Name'],
    cells: (random) => () => `${random.pick(FIRST)} ${random.pick(LAST)}`,
  },
  place: {
    names: ['city', 'town', 'region', 'Ort', 'station'],
    cells: (random) => () => (random.chance(0.7) ? random.pick(CITY) : `${word(random)}ville`),
  },
  category: {
    names: ['status', 'type', 'category', 'state', 'colour'],
    cells: (random) =>
      (
        (few) => () =>
          random.pick(few)
      )(Array.from({ length: random.whole(2, 5) }, () => random.pick(STATE))),
  },
  text: { names: ['comment', 'description', 'note', 'title', 'remark'], cells: (random) => () => sentence(random) },
  code: {
    names: ['code', 'sku', 'ref', 'key', 'article'],
    cells: (random) => {
      const prefix = random.pick(['A-', 'X', 'INV', 'k_', 'DE']);
      return () => `${prefix}${random.whole(100, 99_999)}`;
    },
  },
  address: {
    names: ['email', 'url', 'link', 'contact'],
    cells: (random) =>
      random.chance(0.5)
        ? () => `${word(random)}@${word(random)}.com`
        : () => `https://${word(random)}.org/${word(random)}?id=${random.whole(1, 99)}`,
  },
};

/** The name of a column: usual, made up, or a code. */
export function nameOf(random: Random, kind: ColumnKind): string {
  return random.weighted([
    [() => random.pick(kind.names), 6],
    [() => word(random), 2],
    [() => `${word(random)} ${word(random)}`, 1],
    [() => `${word(random)}_${random.whole(1, 9)}`, 1],
  ])();
}

export const madeUpWord = word;
export const madeUpSentence = sentence;
