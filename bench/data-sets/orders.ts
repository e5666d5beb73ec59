import { ChunkWriter, Words } from './chunk-writer.js';
import type { DataSet, DataSetColumn } from './data-set.js';
import { Random } from './random.js';

/** Data set A, the ordinary big file: 20 mixed columns, about 364 bytes a row. Comma, double quotes, LF, UTF-8. */
const columns: DataSetColumn[] = [
  { name: 'order_id', key: 'order_id', type: 'integer', about: 'unique, ascending from 1000001 by 1' },
  { name: 'order_code', key: 'order_code', type: 'text', about: 'unique, eight digits with leading zeros' },
  { name: 'request_id', key: 'request_id', type: 'text', about: 'a version 4 UUID' },
  { name: 'customer_email', key: 'customer_email', type: 'text', about: 'ASCII, nearly unique' },
  { name: 'full_name', key: 'full_name', type: 'text', about: 'UTF-8' },
  {
    name: 'city',
    key: 'city',
    type: 'text',
    about: '40 cities in UTF-8, some with a comma; the first ones are common',
  },
  { name: 'country', key: 'country', type: 'text', about: "the city's, two letters" },
  { name: 'category', key: 'category', type: 'text', about: 'skewed: garden 10%, taxidermy and astrolabes rare' },
  { name: 'status', key: 'status', type: 'text', about: 'five values' },
  { name: 'quantity', key: 'quantity', type: 'integer', about: '1 to 100' },
  { name: 'unit_price', key: 'unit_price', type: 'number', about: 'uniform from 0.00 to 999.99' },
  { name: 'discount', key: 'discount', type: 'number', about: '0.01 to 0.50, empty in 60%' },
  { name: 'balance', key: 'balance', type: 'number', about: '-9999.999 to 99999.999, every tenth negative' },
  { name: 'is_gift', key: 'is_gift', type: 'boolean', about: 'true in a quarter' },
  { name: 'ordered_on', key: 'ordered_on', type: 'date', about: 'uniform over the 3,653 days of 2015 to 2024' },
  { name: 'created_at', key: 'created_at', type: 'datetime', about: 'RFC 3339 with five different zones' },
  { name: 'rating', key: 'rating', type: 'integer', about: '1 to 5, empty in 25%' },
  { name: 'tags', key: 'tags', type: 'text', about: 'quoted lists with commas' },
  {
    name: 'comment',
    key: 'comment',
    type: 'text',
    about: 'quoted newlines and doubled quotes, empty in 15%; the words delivery (17%) and zeppelin (rare)',
  },
  {
    name: 'description',
    key: 'description',
    type: 'text',
    about: 'quoted prose, about 100 bytes; 1 in 2,000 about 4 KB',
  },
];

const CITIES: [city: string, country: string][] = [
  ['São Paulo', 'BR'],
  ['東京', 'JP'],
  ['Zürich', 'CH'],
  ['London', 'GB'],
  ['København', 'DK'],
  ['Москва', 'RU'],
  ['Paris', 'FR'],
  ['"Washington, DC"', 'US'],
  ['Łódź', 'PL'],
  ['القاهرة', 'EG'],
  ['Reykjavík', 'IS'],
  ['München', 'DE'],
  ['Αθήνα', 'GR'],
  ['Málaga', 'ES'],
  ['Oslo', 'NO'],
  ['Göteborg', 'SE'],
  ['İstanbul', 'TR'],
  ['Kraków', 'PL'],
  ['Bogotá', 'CO'],
  ['서울', 'KR'],
  ['Genève', 'CH'],
  ['Québec', 'CA'],
  ['Wien', 'AT'],
  ['"Portland, OR"', 'US'],
  ['Hà Nội', 'VN'],
  ['मुंबई', 'IN'],
  ['Nairobi', 'KE'],
  ['Čakovec', 'HR'],
  ['Timișoara', 'RO'],
  ['Győr', 'HU'],
  ['Київ', 'UA'],
  ['Perth', 'AU'],
  ['תל אביב', 'IL'],
  ['Lisboa', 'PT'],
  ['Dakar', 'SN'],
  ['Tórshavn', 'FO'],
  ['Lima', 'PE'],
  ['กรุงเทพ', 'TH'],
  ['Rome', 'IT'],
  ['Ålesund', 'NO'],
];
const cityNames = new Words(CITIES.map(([city]) => city));
const countryCodes = new Words(CITIES.map(([, country]) => country));

const FIRST_NAMES =
  'Anna Łukasz Zoë José Мария Björn Chloé Øystein Mehmet Aiko Siân Ngozi Jürgen Ana Tomáš 小明 Fatima Liam'.split(' ');
const LAST_NAMES =
  'Żółć Müller García Иванова Lindqvist Dvořák Nguyễn Smith Øgård Yılmaz 田中 Okafor Beaumont Rossi O’Brien'.split(' ');
const firstNames = new Words(FIRST_NAMES);
const lastNames = new Words(LAST_NAMES);
const mailboxes = new Words(
  'anna.berg lukasz.nowak zoe jose.garcia m.ivanova bjorn chloe.beaumont mehmet aiko.tanaka liam'.split(' '),
);
const mailDomains = new Words('example.org example.com mail.example.net post.example.co.uk'.split(' '));

/** Shares in thousandths; the rest goes to the first value. */
const CATEGORY_SHARES: Record<string, number> = {
  electronics: 0,
  garden: 100,
  books: 180,
  toys: 120,
  clothing: 150,
  groceries: 60,
  furniture: 40,
  music: 30,
  sports: 25,
  beauty: 20,
  automotive: 10,
  stationery: 5,
  'pet supplies': 4,
  antiques: 1,
  taxidermy: 0,
  astrolabes: 0,
};
const categoryNames = Object.keys(CATEGORY_SHARES);
const categories = new Words(categoryNames);
const categoryOfThousandth = Uint8Array.from({ length: 1000 });
{
  let next = 0;
  for (const [category, thousandths] of Object.values(CATEGORY_SHARES).entries()) {
    categoryOfThousandth.fill(category, next, next + thousandths);
    next += thousandths;
  }
}
const TAXIDERMY = categoryNames.indexOf('taxidermy');
const ASTROLABES = categoryNames.indexOf('astrolabes');

const statuses = new Words(['new', 'paid', 'shipped', 'returned', 'cancelled']);
const booleans = new Words(['false', 'true']);
const zones = new Words(['Z', '+01:00', '+02:00', '-05:00', '+05:30']);
const tagLists = new Words([
  '"red,fragile"',
  '"blue,large,boxed"',
  'single',
  '"gift,""express"""',
  '""',
  '"vip,urgent"',
]);

const FIRST_DAY = Date.UTC(2015, 0, 1);
const DAYS = 3653;
const days = new Words(
  Array.from({ length: DAYS }, (_, day) => new Date(FIRST_DAY + day * 86_400_000).toISOString().slice(0, 10)),
);

// None of these contains a word of a probe, so that the share of a probe is exact.
const prose = new Words(
  (
    'the a of and with for from was is very quite rather small large blue green old new good fine box packet item order arrived ' +
    'yesterday today soon never always please thank you customer parcel courier door street naïve café façade Größe señor ' +
    'crème brûlée smørrebrød piñata weather rain colour shade fabric wood metal glass paper screw handle lid wheel cable 😀 …'
  ).split(' '),
);
const emphases = new Words(['""fragile""', '""as new""', '5"" pipe', '""""']);
const probeWords = new Words(['delivery', 'zeppelin']);

// Rare values are at fixed places, so that every file of a thousand rows has one and a big file has the exact share.
const TAXIDERMY_EVERY = 125_003;
const ASTROLABES_EVERY = 1_000_003;
const ZEPPELIN_EVERY = 111_119;

const COMMA = 0x2c;
const QUOTE = 0x22;
const LF = 0x0a;
const DOT = 0x2e;
const SPACE = 0x20;
const DASH = 0x2d;

function writeProse(out: ChunkWriter, random: Random, words: number): void {
  for (let i = 0; i < words; i++) {
    if (i > 0) out.byte(SPACE);
    out.word(prose, random.below(prose.length));
  }
}

function writeUuid(out: ChunkWriter, random: Random): void {
  out.hex(random.next(), 8);
  out.byte(DASH);
  out.hex(random.next(), 4);
  out.byte(DASH);
  out.hex(0x4000 | (random.next() >>> 20), 4);
  out.byte(DASH);
  out.hex(0x8000 | (random.next() >>> 18), 4);
  out.byte(DASH);
  out.hex(random.next(), 8);
  out.hex(random.next(), 4);
}

function writeDatetime(out: ChunkWriter, random: Random): void {
  out.word(days, random.below(DAYS));
  out.byte(0x54); // T
  out.digits(random.below(24), 2);
  out.byte(0x3a);
  out.digits(random.below(60), 2);
  out.byte(0x3a);
  out.digits(random.below(60), 2);
  out.word(zones, random.below(zones.length));
}

function writeComment(out: ChunkWriter, random: Random, zeppelin: boolean): void {
  if (!zeppelin && random.below(100) < 15) {
    if (random.oneIn(3)) {
      out.byte(QUOTE);
      out.byte(QUOTE);
    }
    return;
  }
  out.byte(QUOTE);
  writeProse(out, random, 2 + random.below(6));
  if (zeppelin || random.oneIn(5)) {
    out.byte(SPACE);
    out.word(probeWords, zeppelin ? 1 : 0);
  }
  if (random.oneIn(8)) {
    out.byte(LF);
    writeProse(out, random, 1 + random.below(4));
  }
  if (random.oneIn(8)) {
    out.byte(COMMA);
    out.byte(SPACE);
    out.word(emphases, random.below(emphases.length));
  }
  out.byte(QUOTE);
}

function writeDescription(out: ChunkWriter, random: Random): void {
  out.byte(QUOTE);
  writeProse(out, random, random.oneIn(2000) ? 500 + random.below(400) : 12 + random.below(12));
  out.byte(COMMA);
  out.byte(SPACE);
  writeProse(out, random, 3);
  out.byte(DOT);
  out.byte(QUOTE);
}

function writeOrder(out: ChunkWriter, random: Random, ordinal: number): void {
  out.integer(1_000_000 + ordinal);
  out.byte(COMMA);

  // 7 and 10^8 have no common factor, so the codes of 10^8 rows are distinct and not sorted.
  out.digits((ordinal * 40_353_607) % 100_000_000, 8);
  out.byte(COMMA);

  writeUuid(out, random);
  out.byte(COMMA);

  out.word(mailboxes, random.below(mailboxes.length));
  out.integer(random.below(1_000_000));
  out.byte(0x40);
  out.word(mailDomains, random.below(mailDomains.length));
  out.byte(COMMA);

  out.word(firstNames, random.below(firstNames.length));
  out.byte(SPACE);
  out.word(lastNames, random.below(lastNames.length));
  out.byte(COMMA);

  const city = Math.min(random.below(CITIES.length), random.below(CITIES.length));
  out.word(cityNames, city);
  out.byte(COMMA);
  out.word(countryCodes, city);
  out.byte(COMMA);

  const common = categoryOfThousandth[random.below(1000)]!;
  if (ordinal % TAXIDERMY_EVERY === 977) out.word(categories, TAXIDERMY);
  else if (ordinal % ASTROLABES_EVERY === 499) out.word(categories, ASTROLABES);
  else out.word(categories, common);
  out.byte(COMMA);

  out.word(statuses, random.below(statuses.length));
  out.byte(COMMA);

  out.integer(1 + random.below(100));
  out.byte(COMMA);

  out.integer(random.below(1000));
  out.byte(DOT);
  out.digits(random.below(100), 2);
  out.byte(COMMA);

  if (random.below(100) >= 60) {
    out.byte(0x30);
    out.byte(DOT);
    out.digits(1 + random.below(50), 2);
  }
  out.byte(COMMA);

  const negative = random.oneIn(10);
  if (negative) out.byte(DASH);
  out.integer(negative ? 1 + random.below(9999) : random.below(100_000));
  out.byte(DOT);
  out.digits(random.below(1000), 3);
  out.byte(COMMA);

  out.word(booleans, random.oneIn(4) ? 1 : 0);
  out.byte(COMMA);

  out.word(days, random.below(DAYS));
  out.byte(COMMA);

  writeDatetime(out, random);
  out.byte(COMMA);

  if (!random.oneIn(4)) out.integer(1 + random.below(5));
  out.byte(COMMA);

  out.word(tagLists, random.below(tagLists.length));
  out.byte(COMMA);

  writeComment(out, random, ordinal % ZEPPELIN_EVERY === 640);
  out.byte(COMMA);

  writeDescription(out, random);
  out.byte(LF);
}

/** The share of city i, as the smaller of two even draws. */
const cityShare = (i: number) => (2 * (CITIES.length - i) - 1) / CITIES.length ** 2;

export const orders: DataSet = {
  columns,
  rows: 1_000_000,
  probes: {
    rareEqual: { filters: { category: 'taxidermy' }, share: 1 / TAXIDERMY_EVERY },
    rarestEqual: { filters: { category: 'astrolabes' }, share: 1 / ASTROLABES_EVERY },
    tenthEqual: { filters: { category: 'garden' }, share: 0.1 },
    anyOf: { filters: { city: ['Zürich', 'København'] }, share: cityShare(2) + cityShare(4) },
    narrowRange: { filters: { unit_price: { gte: 100, lt: 105 } }, share: 0.005 },
    wideRange: { filters: { unit_price: { gte: 250, lt: 750 } }, share: 0.5 },
    dateRange: { filters: { ordered_on: { gte: '2020-01-01', lt: '2020-02-01' } }, share: 31 / DAYS },
    containsCommon: { filters: { comment: { contains: 'Delivery' } }, share: 0.85 * 0.2 },
    containsRare: { filters: { comment: { contains: 'ZEPPELIN' } }, share: 1 / ZEPPELIN_EVERY },
    searchRare: { search: 'zeppelin', share: 1 / ZEPPELIN_EVERY },
    searchNone: { search: 'ytterbium', share: 0 },
  },
  sorts: { text: 'full_name', number: 'unit_price' },
  *chunks(rows, seed) {
    const out = new ChunkWriter();
    const random = new Random(seed);
    out.word(new Words([`${columns.map((column) => column.name).join(',')}\n`]), 0);
    for (let ordinal = 1; ordinal <= rows; ordinal++) {
      writeOrder(out, random, ordinal);
      if (out.full) yield out.take();
    }
    yield out.take();
  },
};
