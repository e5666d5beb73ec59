import type { DataSet, DataSetColumn } from './data-set.js';
import { Random } from './random.js';

/**
 * A valid file that simple readers get wrong, about 210 bytes per row. Comma, double quotes, records end with CRLF, UTF-8
 * without BOM. Every difficulty below is in each hundred rows.
 */
const columns: DataSetColumn[] = [
  { name: 'Order ID', key: 'order_id', type: 'integer', about: 'unique, ascending from 1 by 1' },
  { name: 'customerName', key: 'customer_name', type: 'text', about: 'UTF-8, composed and decomposed' },
  { name: 'E-Mail, private', key: 'e_mail_private', type: 'text', about: 'a header with a comma' },
  { name: 'HTTPStatus', key: 'http_status', type: 'integer', about: 'empty, with and without quotes, in a third' },
  { name: '2020', key: 'col_2020', type: 'number', about: 'a header of digits' },
  { name: 'Größe (cm)', key: 'größe_cm', type: 'text', about: 'numbers with a decimal comma, so text' },
  { name: 'name', key: 'name', type: 'text', about: 'the first of three that want the same key' },
  { name: 'name', key: 'name_3', type: 'text', about: 'a repeat, whose first free suffix is 3' },
  { name: 'name_2', key: 'name_2', type: 'text', about: 'unique as it stands' },
  { name: '', key: 'column_10', type: 'text', about: 'no header; mostly empty' },
  { name: 'Город', key: 'город', type: 'text', about: 'Cyrillic' },
  { name: 'said "hi"', key: 'said_hi', type: 'text', about: 'doubled quotes in header and cells' },
  { name: 'line\r\nbreak', key: 'line_break', type: 'text', about: 'newlines in header and cells' },
  { name: ' padded ', key: 'padded', type: 'text', about: 'leading and trailing space in header and cells' },
  { name: '__proto__', key: 'proto', type: 'boolean', about: 'true and false in any case' },
  { name: 'openedAt', key: 'opened_at', type: 'datetime', about: 'with a space instead of the T, no zone' },
  { name: 'Cafe\u0301 code', key: 'café_code', type: 'text', about: 'leading zeros and integers past 2^53' },
];

/** Cells as they should be read. Their difficulty is in how the file writes them. */
const TROUBLES: string[] = [
  '',
  ' ',
  '"',
  '""',
  '"quoted"',
  'ends with a quote"',
  'a "doubled" quote',
  '","',
  'comma, inside',
  'semicolon; and | and \t tab',
  'line\nfeed',
  'carriage\r\nreturn and feed',
  'lone\rcarriage return',
  '\r\n',
  '\n\n',
  'quote before newline"\r\n"and after',
  'back\\slash',
  'ends with a backslash\\',
  '\\"',
  '\\N',
  "it's",
  "''",
  ' leading',
  'trailing ',
  'unit\u001fseparator',
  'record\u001eseparator',
  '\u001f',
  '\u001e',
  'tab\tinside',
  '\u00a0no-break space',
  'zero\u200bwidth',
  '\ufeffnot a byte order mark',
  'line\u2028separator',
  'next\u0085line',
  'vertical\u000btab',
  'bell\u0007',
  'delete\u007f',
  'naïve façade',
  'Cafe\u0301 decomposed',
  'Zürich 東京 Київ',
  'שלום \u200fright to left',
  '👩‍👩‍👧‍👦 family',
  '🇳🇴',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  'é'.repeat(40),
  '\ufffd replacement',
  'NULL',
  'null',
  'NA',
  '#N/A',
  'true',
  '007',
  '+4712345678',
  '1e5',
  '1,234.56',
  '-0',
  '9007199254740993',
  '2024-02-30',
  '=1+1',
  '@SUM(A1)',
  '-1+cmd',
  '# no comment',
  '__proto__',
  'constructor',
  '{"json": "value"}',
  "'; DROP TABLE csv_rows; --",
  '$1 %s {0} {{x}}',
  '<b>&amp;</b>',
  '%_\\%',
];

const NAMES = [
  'Zoë',
  'Zoe\u0308',
  'José Ó Briain',
  'Мария Иванова',
  '小林 さくら',
  "D'Arcy",
  'Anna Berg',
  'Łukasz Żółć',
];
const TOWNS = ['Москва', 'Київ', 'Санкт-Петербург', 'Zürich', ''];
const BOOLEANS = ['true', 'false', 'TRUE', 'False', ''];
const CODES = ['000', '00042', '9007199254740993', '123456789012345678901234567890'];
/** Columns whose type does not change with a difficult cell. */
const TEXT_COLUMNS = columns.flatMap((column, i) => (column.type === 'text' ? [i] : []));

const two = (value: number) => String(value).padStart(2, '0');

function plainCells(random: Random, ordinal: number): string[] {
  return [
    String(ordinal),
    random.pick(NAMES),
    `user${random.below(100_000)}@example.org`,
    random.oneIn(3) ? '' : String(200 + random.below(400)),
    `${random.oneIn(2) ? '-' : ''}${1 + random.below(5000)}.${two(random.below(100))}`,
    `${random.below(250)},${random.below(10)}`,
    random.pick(NAMES),
    random.pick(NAMES),
    random.pick(NAMES),
    random.oneIn(10) ? 'seldom' : '',
    random.pick(TOWNS),
    `she said "${random.pick(NAMES)}"`,
    random.pick(['one\ntwo', 'one\r\ntwo', 'one', '']),
    ' kept as it is  ',
    random.pick(BOOLEANS),
    `2024-${two(1 + random.below(12))}-${two(1 + random.below(28))} ${two(random.below(24))}:${two(random.below(60))}:00`,
    random.pick(CODES),
  ];
}

/** Quotes a cell when it must be quoted, and one in five of the others, also empty ones. */
function written(random: Random, cell: string): string {
  return /[",\r\n]/.test(cell) || random.oneIn(5) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function record(random: Random, ordinal: number): string {
  const cells = plainCells(random, ordinal);
  // A record of empty cells only is a record: its commas make it one.
  if (ordinal % 100 === 99) cells.fill('');
  else if (ordinal % 100 < TROUBLES.length) cells[random.pick(TEXT_COLUMNS)] = TROUBLES[ordinal % 100]!;
  return `${cells.map((cell) => written(random, cell)).join(',')}\r\n`;
}

export const tricky: DataSet & { troubles: readonly string[] } = {
  columns,
  rows: 100_000,
  probes: {},
  sorts: { text: 'customer_name', number: 'col_2020' },
  troubles: TROUBLES,
  *chunks(rows, seed) {
    const random = new Random(seed);
    let text = `${columns.map(({ name }) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',')}\r\n`;
    for (let ordinal = 1; ordinal <= rows; ordinal++) {
      text += record(random, ordinal);
      if (text.length > 1 << 18) {
        yield Buffer.from(text);
        text = '';
      }
    }
    yield Buffer.from(text);
  },
};
