import type { Random } from './random.js';

/** A kind of column: names that it may have, and how its cells are made. */
export interface ColumnKind {
  names: readonly string[];
  /** Makes the cells of one column: `row` counts from 0. `decimal` is the mark of the file. */
  cells(random: Random, decimal: '.' | ','): (row: number) => string;
}

/** Words of one list, parted by commas. */
const words = (text: string): string[] => text.trim().split(/\s*,\s*/);

const FIRST = words(`
  Anna, Li, Mia, Ivan, Ola, Zoë, Pat, Jean, Omar, Kim, Ada, Noé, Eva, Tom, Ines, Bo, Maria, José, James, Linda, Robert, Fatima, Yuki, Wei, Lars,
  Ingrid, Pierre, Élodie, Hans, Jürgen, Giulia, Marco, Agnieszka, Piotr, Olena, Dmitri, Ahmed, Aisha, Priya, Raj, Chen, Mary Ann, Nguyen, Sven
`);
const LAST = words(`
  Schmidt, Wei, Rossi, Petrov, Nordmann, O'Neil, Kravitz, Dupont, Garcia, Sato, Novak, Silva, Berg, Smith, Johnson, Müller, de Vries, van Dijk,
  Hansen, Kowalski, García Márquez, Ferrari, Lefèvre, Tanaka, Kim, Nguyen, Singh, Khan, Ali, MacDonald, Papadopoulos, Horváth, Ionescu, Yılmaz
`);
const CITY = words(`
  Berlin, Oslo, Roma, Kyiv, Lyon, New York, São Paulo, Bern, Ulm, Gent, Porto, Lund, Sofia, Riga, Cork, London, Los Angeles, Köln, Saint-Étienne,
  Kraków, Tokyo, Mexico City, Buenos Aires, Rotterdam, Aarhus, Málaga, Den Haag, Frankfurt am Main, Salt Lake City, Cape Town, Nairobi, Delhi
`);
/** The values of a column of few are of one list: nobody has `ok` and `FR` in one column. */
const STATES: readonly (readonly string[])[] = [
  words('open, closed, pending, new, done, ok, failed, In progress'),
  words('A, B, C, n/v'),
  words('red, blue, green, silver, gold'),
  words('small, large, medium'),
  words('yes, no, unknown'),
  words('Active, Inactive, n/v'),
  words('HIGH, LOW, MEDIUM'),
  words('male, female, unknown'),
  words('M, F'),
  words('north, south, east'),
  words('gold, silver, Premium, basic'),
  words('EUR, USD, CHF'),
  words('DE, FR, NO, IT'),
  words('setosa, virginica, versicolor, unknown type'),
  words('Class A, Class B'),
];
const NOUN = words(`
  table, river, engine, paper, garden, winter, market, signal, bridge, copper, letter, window, motor, salt, the, of, a, with, for, and, very, good, not,
  new, old, was, is, delivered, broken, customer, asked, left, right, small, box, order, late, see, again, product, great, service, from, in, on
`);

const two = (value: number): string => String(value).padStart(2, '0');
const day = (random: Random): [year: number, month: number, day: number] => [
  random.whole(1990, 2026),
  random.whole(1, 12),
  random.whole(1, 28),
];

/** A number with marks between groups of three digits. */
function grouped(value: number, digits: number, mark: string, decimal: string): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, () => mark);
  return `${value < 0 ? '-' : ''}${marked}${fraction === undefined ? '' : decimal + fraction}`;
}

/** Days as people write them. A day over 12 in the first row tells days from months; without one there is a doubt that has to be told. */
const DAY_FORMS: readonly ((year: number, month: number, day: number) => string)[] = [
  (y, m, d) => `${y}-${two(m)}-${two(d)}`,
  (y, m, d) => `${two(d)}.${two(m)}.${y}`,
  (y, m, d) => `${two(m)}/${two(d)}/${y}`,
  (y, m, d) => `${two(d)}/${two(m)}/${y}`,
  (y, m, d) => `${two(d)}-${two(m)}-${y}`,
  (y, m, d) => `${two(d)}.${two(m)}.${two(y % 100)}`,
  (y, m, d) => `${two(m)}/${two(d)}/${two(y % 100)}`,
];

/** Amounts with a currency, and other numbers with a sign: they are text. */
const MONEY_FORMS: readonly ((amount: number, decimal: '.' | ',') => string)[] = [
  (amount, decimal) => `€ ${grouped(amount, 2, decimal === ',' ? '.' : ',', decimal)}`,
  (amount, decimal) => `${grouped(amount, 2, decimal === ',' ? '.' : ',', decimal)} €`,
  (amount, decimal) => `$${grouped(amount, 2, decimal === ',' ? '.' : ',', decimal)}`,
  (amount, decimal) => `CHF ${grouped(amount, 2, "'", decimal)}`,
  (amount, decimal) => `${grouped(amount, 2, ' ', decimal)} kr`,
  (amount, decimal) => `(${grouped(amount, 2, decimal === ',' ? '.' : ',', decimal)})`,
  (amount, decimal) => `${(amount % 100).toFixed(1).replace('.', decimal)} %`,
];

const capitalised = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

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
  return `${capitalised(text)}${random.chance(0.4) ? '.' : ''}`;
}

/**
 * Numbers with a thousands mark. The first row has two of them: `1.234` alone may be a fraction, and where nothing else tells, there is a
 * doubt that has to be told.
 */
function thousands(random: Random, decimal: '.' | ','): (row: number) => string {
  const mark = random.pick(decimal === ',' ? ['.', '.', ' ', '\u00a0'] : [',', ',', ' ', "'"]);
  const digits = random.pick([0, 2]);
  const size = random.pick([10_000, 1_000_000, 50_000_000]);
  return (row) =>
    grouped(row === 0 ? 1_000_000 + random.next() * size : (random.next() - 0.2) * size, digits, mark, decimal);
}

const somePicks = (random: Random, from: readonly string[]): string[] =>
  Array.from({ length: random.whole(2, 5) }, () => random.pick(from));

/** Kinds of column, as tables have them. */
export const KINDS: Readonly<Record<string, ColumnKind>> = {
  serial: {
    names: words(`id, nr, no, ID, row, Index, record id, order no, line, seq, passenger id, Lfd Nr, objectid`),
    cells: (random) =>
      (
        (from) => (row) =>
          String(from + row)
      )(random.whole(0, 5000)),
  },
  integer: {
    names: words(
      `count, age, quantity, Anzahl, votes, stock, year, population, number of rooms, total, points, goals, Einwohner, cantidad, nb pieces, horsepower, visits, capacity`,
    ),
    cells: (random) =>
      (
        (to) => () =>
          String(random.whole(0, to))
      )(random.pick([1, 9, 120, 99999])),
  },
  decimal: {
    names: words(
      `price, amount, temp, Betrag, lat, score, weight_kg, rate, unit price, balance, humidity, sepal length, Preis, importe, montant, growth, pressure hpa, share, speed (km/h), Umsatz in €`,
    ),
    cells: (random, decimal) => {
      if (random.chance(0.25)) return thousands(random, decimal);
      const digits = random.whole(1, 4);
      const size = random.pick([1, 100, 10_000]);
      return () => ((random.next() - 0.2) * size).toFixed(digits).replace('.', decimal);
    },
  },
  money: {
    names: words(`price, fee, Gebühr, cost, revenue, salary, Gehalt, discount, tax, shipping, deposit`),
    cells: (random, decimal) => {
      const write = random.pick(MONEY_FORMS);
      const size = random.pick([20, 5_000, 2_000_000]);
      return () => write(random.next() * size, decimal);
    },
  },
  date: {
    names: words(
      `date, created, Datum, day, birthday, order date, ship date, Buchungstag, fecha, start, end, valid from, due, opened`,
    ),
    cells: (random) => {
      const write = random.pick(DAY_FORMS);
      return (row) => {
        const [y, m, d] = day(random);
        return write(y, m, row === 0 ? 13 + (d % 16) : d);
      };
    },
  },
  datetime: {
    names: words(`timestamp, updated_at, time, seen, created at, last login, Zeitpunkt, start time, event time`),
    cells: (random) => {
      const [write, between, clock] = random.pick([
        [DAY_FORMS[0]!, 'T', 'seconds'],
        [DAY_FORMS[0]!, ' ', 'seconds'],
        [DAY_FORMS[1]!, ' ', 'minutes'],
        [DAY_FORMS[1]!, ' ', 'seconds'],
        [DAY_FORMS[3]!, ' ', 'minutes'],
        [DAY_FORMS[2]!, ' ', 'halves'],
      ] as const);
      return (row) => {
        const [y, m, d] = day(random);
        const hour = random.whole(0, 23);
        const minutes = two(random.whole(0, 59));
        const seconds = clock === 'seconds' ? `:${two(random.whole(0, 59))}` : '';
        const time =
          clock === 'halves'
            ? `${hour % 12 || 12}:${minutes} ${hour < 12 ? 'AM' : 'PM'}`
            : `${two(hour)}:${minutes}${seconds}`;
        return write(y, m, row === 0 ? 13 + (d % 16) : d) + between + time;
      };
    },
  },
  boolean: {
    names: words(`active, paid, is_new, flag, verified, in stock, aktiv, has children, deleted, survived`),
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
    names: words(
      `name, customer, Name, author, Full Name, owner, employee, Kunde, contact person, manager, nombre, player, director`,
    ),
    cells: (random) => () => `${random.pick(FIRST)} ${random.pick(LAST)}`,
  },
  place: {
    names: words(
      `city, town, region, Ort, station, location, departure, arrival, Stadt, ciudad, municipality, origin, destination, birthplace`,
    ),
    cells: (random) => () => (random.chance(0.7) ? random.pick(CITY) : `${capitalised(word(random))}ville`),
  },
  category: {
    names: words(
      `status, type, category, state, colour, gender, species, priority, Kategorie, segment, currency, country code, ship mode, level`,
    ),
    cells: (random) =>
      (
        (few) => () =>
          random.pick(few)
      )(somePicks(random, random.pick(STATES))),
  },
  text: {
    names: words(
      `comment, description, note, title, remark, summary, review text, Beschreibung, message, reason, address line, product name`,
    ),
    cells: (random) => () => sentence(random),
  },
  code: {
    names: words(
      `code, sku, ref, key, article, product id, Artikelnummer, flight, part no, barcode, licence plate, iban, ticket`,
    ),
    cells: (random) => {
      const prefix = random.pick(['A-', 'X', 'INV', 'k_', 'DE']);
      return () => `${prefix}${random.whole(100, 99_999)}`;
    },
  },
  address: {
    names: words(`email, url, link, contact, e-mail address, website, homepage, image url`),
    cells: (random) =>
      random.chance(0.5)
        ? () => `${word(random)}@${word(random)}.com`
        : () => `https://${word(random)}.org/${word(random)}?id=${random.whole(1, 99)}`,
  },
};

/** Ways of spelling a name; a file has one for all of its names. */
type Spelling = (name: string) => string;
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const SPELLINGS: readonly (readonly [spelling: Spelling, weight: number])[] = [
  [(name) => name, 5],
  [(name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_'), 4],
  [(name) => name.split(' ').map(capital).join(' '), 4],
  [(name) => capital(name), 2],
  [(name) => name.toUpperCase().replaceAll(' ', '_'), 2],
  [(name) => name.split(/[ _]/).map(capital).join(''), 1],
  [
    (name) =>
      name
        .split(/[ _]/)
        .map((word, i) => (i === 0 ? word.toLowerCase() : capital(word)))
        .join(''),
    1,
  ],
];

/** How the names of one file are spelled. */
export const spellingOf = (random: Random): Spelling => random.weighted(SPELLINGS);

/** The name of a column: usual, made up, or a code. */
export function nameOf(random: Random, kind: ColumnKind, spell: Spelling): string {
  const name = random.weighted([
    [() => random.pick(kind.names), 6],
    [() => word(random), 2],
    [() => `${word(random)} ${word(random)}`, 1],
    [() => `${word(random)}_${random.whole(1, 9)}`, 1],
  ])();
  return spell(name);
}

export const madeUpWord = word;
export const madeUpSentence = sentence;
