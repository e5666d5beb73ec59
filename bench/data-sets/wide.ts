import { ChunkWriter, Words } from './chunk-writer.js';
import type { DataSet, DataSetColumn, Probe } from './data-set.js';
import { Random } from './random.js';

const FIRST_DAY = Date.UTC(2020, 0, 1);
const DAYS = 1000;
const days = new Words(
  Array.from({ length: DAYS }, (_, day) => new Date(FIRST_DAY + day * 86_400_000).toISOString().slice(0, 10)),
);
const booleans = new Words(['false', 'true']);
const categories = new Words(['electronics', 'garden', 'books', 'toys', 'clothing', 'groceries', 'music', 'taxidermy']);
const GARDEN = 1;
const COMMON = 7;
const TAXIDERMY = 7;
// None of these contains a word of a probe, so that the share of a probe is exact.
const prose = new Words(
  'small large blue green fine box packet item order arrived naïve café Größe crème brûlée 😀'.split(' '),
);
const probeWords = new Words(['delivery', 'zeppelin']);
const TAXIDERMY_EVERY = 20_011;
const ZEPPELIN_EVERY = 33_013;

const COMMA = 0x2c;
const LF = 0x0a;
const DOT = 0x2e;
const SPACE = 0x20;

interface Kind extends Pick<DataSetColumn, 'type' | 'about'> {
  name: string;
  write(out: ChunkWriter, random: Random, ordinal: number): void;
}

const KINDS: Kind[] = [
  { name: 'code', type: 'text', about: '16 hexadecimal digits', write: (out, random) => writeHex(out, random, 2) },
  { name: 'amount', type: 'number', about: 'uniform from 0.00 to 99999.99', write: writeAmount },
  {
    name: 'quantity',
    type: 'integer',
    about: '1 to 1,000,000',
    write: (out, random) => out.integer(1 + random.below(1_000_000)),
  },
  {
    name: 'day',
    type: 'date',
    about: '1,000 days from 2020',
    write: (out, random) => out.word(days, random.below(DAYS)),
  },
  {
    name: 'flag',
    type: 'boolean',
    about: 'true in a quarter',
    write: (out, random) => out.word(booleans, random.oneIn(4) ? 1 : 0),
  },
  { name: 'category', type: 'text', about: 'garden 10%, taxidermy rare', write: writeCategory },
  {
    name: 'note',
    type: 'text',
    about: 'empty in 15%; the words delivery (a sixth) and zeppelin (rare)',
    write: writeNote,
  },
  { name: 'reference', type: 'text', about: '32 hexadecimal digits', write: (out, random) => writeHex(out, random, 4) },
];

function writeHex(out: ChunkWriter, random: Random, words: number): void {
  for (let i = 0; i < words; i++) out.hex(random.next(), 8);
}

function writeAmount(out: ChunkWriter, random: Random): void {
  out.integer(random.below(100_000));
  out.byte(DOT);
  out.digits(random.below(100), 2);
}

function writeCategory(out: ChunkWriter, random: Random, ordinal: number): void {
  const common = random.oneIn(10) ? GARDEN : (random.below(COMMON - 1) + GARDEN + 1) % COMMON;
  out.word(categories, ordinal % TAXIDERMY_EVERY === 977 ? TAXIDERMY : common);
}

function writeNote(out: ChunkWriter, random: Random, ordinal: number): void {
  const isZeppelin = ordinal % ZEPPELIN_EVERY === 640;
  if (random.below(100) < 15 && !isZeppelin) return;
  out.word(prose, random.below(prose.length));
  out.byte(SPACE);
  if (isZeppelin || random.oneIn(5)) out.word(probeWords, isZeppelin ? 1 : 0);
  else out.word(prose, random.below(prose.length));
}

/**
 * Data set W, a wide file: about 12 bytes a cell, without quotes. With 200 columns a row takes 2.5 KB that compress badly. It
 * stays in its page all the same, as tables of rows have toast_tuple_target 8160. Comma, LF, UTF-8. The probes ask the last column of each kind, which is the farthest to find.
 * @param width number of columns, 9 to 1,000
 */
export function wide(width: number): DataSet {
  if (!Number.isSafeInteger(width) || width <= KINDS.length || width > 1_000)
    throw new RangeError(`a wide file has ${KINDS.length + 1} to 1000 columns, not ${width}`);
  const kinds = Array.from({ length: width - 1 }, (_, place) => KINDS[place % KINDS.length]!);
  const keys = kinds.map(({ name }, place) => `${name}_${place + 2}`);
  const columns: DataSetColumn[] = [
    { name: 'record_id', key: 'record_id', type: 'integer', about: 'unique, ascending from 1 by 1' },
    ...kinds.map(({ type, about }, place) => ({ name: keys[place]!, key: keys[place]!, type, about })),
  ];
  const last = (kind: string) => keys.findLast((key) => key.startsWith(`${kind}_`))!;
  const probes: Record<string, Probe> = {
    rareEqual: { filters: { [last('category')]: 'taxidermy' }, share: 1 / TAXIDERMY_EVERY },
    tenthEqual: { filters: { [last('category')]: 'garden' }, share: 0.1 },
    narrowRange: { filters: { [last('amount')]: { gte: 1000, lt: 1500 } }, share: 0.005 },
    wideRange: { filters: { [last('amount')]: { gte: 25_000, lt: 75_000 } }, share: 0.5 },
    containsCommon: { filters: { [last('note')]: { contains: 'Delivery' } }, share: 0.85 * 0.2 },
    containsRare: { filters: { [last('note')]: { contains: 'ZEPPELIN' } }, share: 1 / ZEPPELIN_EVERY },
    searchRare: { search: 'zeppelin', share: 1 / ZEPPELIN_EVERY },
    searchNone: { search: 'ytterbium', share: 0 },
  };
  return {
    columns,
    rows: 100_000,
    probes,
    sorts: { text: last('reference'), number: last('amount') },
    *chunks(rows, seed) {
      const out = new ChunkWriter();
      const random = new Random(seed);
      out.word(new Words([`${columns.map((column) => column.name).join(',')}\n`]), 0);
      for (let ordinal = 1; ordinal <= rows; ordinal++) {
        out.integer(ordinal);
        for (const { write } of kinds) {
          out.byte(COMMA);
          write(out, random, ordinal);
        }
        out.byte(LF);
        if (out.full) yield out.take();
      }
      yield out.take();
    },
  };
}
