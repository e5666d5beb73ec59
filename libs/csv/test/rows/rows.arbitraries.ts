import type { ColumnType, CsvColumn } from '@app/csv-format';
import fc from 'fast-check';
import type { Operator } from '../../src/rows/request/conditions.js';
import type { AskedQuery, ReferenceTable } from './reference-answer.js';
import { newColumn } from './store-upload.js';

/** Texts with a meaning in SQL, JSON, LIKE or TypeORM, and letters with special case mappings. */
const TRICKY = [
  ...['%', '_', '\\', "'", '"', ':', '::text', ':value_0', '$1', '?', ';--', '{', '}', '[', ']', ', ', '", "', '","'],
  ...['\n', '\t', '\\u0041', '\\n', 'n', 'null', 'nul', ' ', '/*', '</', '-', '=', '(', '<', 'true'],
  ...[
    'a',
    'A',
    'b',
    'é',
    'É',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'i',
    'I',
    'k',
    '\u212a',
    'ſ',
    's',
    'Σ',
    'σ',
    'ς',
    'Ж',
    'ж',
    '漢',
    '😀',
  ],
  ...[
    '\u{10428}',
    '\u{10400}',
    '\uffff',
    '\ud7ff',
    'e\u0301',
    '0',
    '1',
    '7',
    '12',
    '.5',
    'par',
    'PAR',
    'Paris',
    '__proto__',
  ],
];

/** The characters that are escaped in a stored cell, and their neighbours. */
export const ESCAPED = ['\u0001', '\u0002', '\u0003', '\u0004', '\u001c', '\u001d', '\u001e', '\u001f'];

const textOf = (parts: string[]) =>
  fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }).map((chosen) => chosen.join(''));
const text = fc.oneof(
  { weight: 4, arbitrary: textOf([...TRICKY, ...ESCAPED]) },
  { weight: 1, arbitrary: textOf([...ESCAPED, 'a', '%']) },
);

/** Headers are normalised before they become keys; queries must not depend on that. */
const key = fc
  .oneof(
    fc.constantFrom(
      'city',
      'price',
      'id',
      'row_id',
      'data',
      'upload_id',
      'row_number',
      '__proto__',
      'constructor',
      'ключ',
    ),
    // No header becomes a key that `sort_by` cannot name: with a comma, a leading dash or blank, or a trailing blank.
    text.map((raw) =>
      raw
        .replaceAll(',', '')
        .replace(/^[-\s]+/, '')
        .trim(),
    ),
  )
  .filter((name) => name !== '');

const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const date = fc
  .tuple(
    fc.constantFrom('0001', '1969', '1970', '2024', '9999'),
    fc.constantFrom('01', '02', '12'),
    fc.constantFrom('01', '28'),
  )
  .map((parts) => parts.join('-'));
const datetime = fc
  .tuple(
    date,
    fc.constantFrom('T', 't', ' '),
    two(23),
    fc.constantFrom('00', '59'),
    fc.constantFrom('00', '30', '59'),
    fc.constantFrom('', '.0', '.5', '.000001', '.123456'),
    fc.constantFrom('', 'Z', 'z', '+02:00', '-05:30', '+00:00', '-00:00', '+14:00', '+23:59'),
  )
  .map(([day, separator, h, m, s, fraction, zone]) => `${day}${separator}${h}:${m}:${s}${fraction}${zone}`);

const integer = fc.oneof(
  fc.integer({ min: -5, max: 12 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 31, -(2 ** 31) - 1),
);
const decimalNumber = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map((n) => (n / 4).toFixed(2)),
  fc.constantFrom(
    '-0.0',
    '0',
    '1e3',
    '1.5E-3',
    '-2e+2',
    '0.1',
    '0.30000000000000',
    '1e300',
    '123456789012345',
    '1.0',
    '1',
  ),
);

/** Numbers that have thousands marks, or not, and then fewer than four digits before the decimal mark. */
const markedNumber = (thousands: string, decimal: string) =>
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.constantFrom(0, 1, 12, 999, 1_000, 1_234, 12_345, 1_234_567),
      fc.constantFrom('', '00', '5', '56'),
    )
    .map(([sign, whole, fraction]) => {
      const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, thousands);
      return `${sign}${grouped}${fraction === '' ? '' : decimal}${fraction}`;
    });

/** Days as `format` says, of which few are equal. */
const markedDay = (format: string) =>
  fc
    .tuple(
      fc.constantFrom('1969', '1999', '2024', '2068'),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 2, 13, 28),
      fc.boolean(),
    )
    .map(([year, month, day, padded]) => {
      const shown = (number: number) => String(number).padStart(padded || /^..[.-]..[.-]YY$/.test(format) ? 2 : 1, '0');
      return format
        .replace('YYYY', year)
        .replace('YY', year.slice(2))
        .replace('MM', shown(month))
        .replace('DD', shown(day));
    });

const clock24 = fc
  .tuple(two(23), two(59), fc.constantFrom('', ':00', ':59', ':30.25'))
  .map(([h, m, s]) => `${h}:${m}${s}`);
const clock12 = fc
  .tuple(fc.integer({ min: 1, max: 12 }), two(59), fc.constantFrom('', ':07'), fc.constantFrom('AM', 'PM'))
  .map(([h, m, s, half]) => `${h}:${m}${s} ${half}`);
const moment = (format: string, clock: fc.Arbitrary<string>) =>
  fc.tuple(markedDay(format.split(' ')[0]!), clock).map((parts) => parts.join(' '));

/** What a column may be: its type, how its values are written, and the values. */
interface Kind {
  type: ColumnType;
  format: string | null;
  cell: fc.Arbitrary<string>;
}
const plain = (type: ColumnType, cell: fc.Arbitrary<string>): Kind => ({ type, format: null, cell });

const KINDS: Kind[] = [
  plain('integer', integer.map(String)),
  plain('number', decimalNumber),
  plain('boolean', fc.constantFrom('true', 'false', 'TRUE', 'False')),
  plain('date', date),
  plain('datetime', datetime),
  plain('text', text),
  plain('text', text),
  { type: 'number', format: '1234,56', cell: decimalNumber.map((number) => number.replace('.', ',')) },
  ...['.,', ',.', ' ,', '\u00a0,', '\u202f.', "'.", '\u2019,'].map(([thousands, decimal]): Kind => {
    return { type: 'number', format: `1${thousands}234${decimal}56`, cell: markedNumber(thousands!, decimal!) };
  }),
  ...['DD.MM.YYYY', 'DD.MM.YY', 'MM/DD/YYYY', 'DD/MM/YY', 'DD-MM-YYYY', 'MM-DD-YY', 'YYYY/MM/DD', 'YYYY.MM.DD'].map(
    (format): Kind => ({ type: 'date', format, cell: markedDay(format) }),
  ),
  ...['DD.MM.YYYY HH:MM:SS', 'MM/DD/YY HH:MM:SS', 'DD-MM-YYYY HH:MM:SS', 'YYYY/MM/DD HH:MM:SS'].map(
    (format): Kind => ({ type: 'datetime', format, cell: moment(format, clock24) }),
  ),
  { type: 'datetime', format: 'MM/DD/YYYY hh:MM:SS AM', cell: moment('MM/DD/YYYY', clock12) },
];

/** Texts that stand for no value in some columns; a number among them. */
const NULL_VALUES = ['NA', '-', "it's", '0'];

export interface MadeTable extends ReferenceTable {
  /** Of each column. */
  kinds: Kind[];
}

/** A table of any shape: one to five columns of all types, up to 25 rows, a fifth of the cells empty. */
export const tables: fc.Arbitrary<MadeTable> = fc
  .tuple(
    fc.uniqueArray(key, { minLength: 1, maxLength: 5 }),
    fc.array(fc.constantFrom(...KINDS), { minLength: 5, maxLength: 5 }),
    fc.array(fc.constantFrom(0, 0, 1), { minLength: 5, maxLength: 5 }),
  )
  .chain(([keys, kinds, areNull]) => {
    const columns = keys.map((key, i) => {
      const { type, format } = kinds[i]!;
      return newColumn({ key, type, format, position: i + 1, null_values: areNull[i] === 1 ? NULL_VALUES : [] });
    });
    const row = fc.tuple(
      ...columns.map(({ null_values: nullValues }, i) => {
        const { cell } = kinds[i]!;
        const filled =
          nullValues.length === 0 ? cell : fc.oneof({ weight: 4, arbitrary: cell }, fc.constantFrom(...nullValues));
        return fc.option(filled, { freq: 4 });
      }),
    );
    return fc.record({
      columns: fc.constant(columns),
      kinds: fc.constant(kinds),
      rows: fc.array(row, { maxLength: 25 }),
    });
  });

/** A value as a client would write it: numbers as JSON numbers, mostly one that is in the column. */
const operandOf = (column: CsvColumn, { kinds, rows }: MadeTable): fc.Arbitrary<unknown> => {
  const present = rows
    .flatMap((row) => row[column.position - 1] ?? [])
    .filter((cell) => !column.null_values.includes(cell));
  const made = kinds[column.position - 1]!.cell;
  const cell = present.length > 0 ? fc.oneof(fc.constantFrom(...present), made) : made;
  return cell.chain((exact): fc.Arbitrary<unknown> => {
    switch (column.type) {
      case 'integer':
        return fc.constantFrom<unknown>(Number(exact), exact);
      case 'number':
        return column.format === null
          ? fc.constantFrom<unknown>(Number(exact), exact)
          : fc.constantFrom<unknown>(exact, exact, 1234, 12.5, '1e3', -1000);
      case 'boolean':
        return fc.constantFrom<unknown>(exact.toLowerCase() === 'true', exact);
      case 'datetime':
        return column.format === null
          ? fc.constantFrom(exact, exact.slice(0, 10))
          : fc.constantFrom(exact, exact, '2024-02-13T00:00:00Z', '1999-12-01');
      case 'date':
        return column.format === null ? fc.constant(exact) : fc.constantFrom(exact, exact, '2024-02-13');
      case 'text':
        return fc.constantFrom<unknown>(exact, 7);
      default:
        return fc.constant(exact);
    }
  });
};

/** A part of one of the cells, or another text, or none. */
const pieceOf = (cells: (string | null)[]): fc.Arbitrary<string> => {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0) return text;
  const piece = fc.tuple(fc.constantFrom(...present), fc.nat(4), fc.nat(4)).map(([cell, from, length]) => {
    const letters = [...cell];
    return letters.slice(from % letters.length, (from % letters.length) + length + 1).join('');
  });
  return fc.oneof(
    piece,
    piece.map((found) => found.toUpperCase()),
    text,
    fc.constant(''),
  );
};

/** One or two operators: with more, hardly any row matches. */
const operatorsOn = (column: CsvColumn, table: MadeTable): fc.Arbitrary<object> => {
  const operand = operandOf(column, table);
  const piece = pieceOf(table.rows.map((row) => row[column.position - 1]!));
  const operands: Record<Operator, fc.Arbitrary<unknown>> = {
    eq: operand,
    ne: operand,
    gt: operand,
    gte: operand,
    lt: operand,
    lte: operand,
    in: fc.array(operand, { maxLength: 3 }),
    not_in: fc.array(operand, { maxLength: 3 }),
    between: fc.tuple(operand, operand),
    contains: piece,
    not_contains: piece,
    starts_with: piece,
    ends_with: piece,
    is_null: fc.boolean(),
  };
  const one = fc.oneof(
    ...Object.entries(operands).map(([operator, value]) => value.map((given) => ({ [operator]: given }))),
  );
  const two = fc.tuple(one, one).map(([first, second]) => ({ ...first, ...second }));
  return fc.oneof({ weight: 2, arbitrary: one }, { weight: 1, arbitrary: two });
};

type Filters = Record<string, unknown>;

const inOneObject = (members: [string, unknown][]): Filters => {
  const filters: Filters = Object.create(null);
  for (const [name, wanted] of members) filters[name] = wanted;
  return filters;
};

/** Conditions on at most two columns: with more, hardly any row matches. */
const plainFilters = (table: MadeTable): fc.Arbitrary<Filters> => {
  const filters = table.columns.map((column) =>
    fc
      .option(
        fc.oneof(
          { weight: 3, arbitrary: operatorsOn(column, table) },
          { weight: 1, arbitrary: operandOf(column, table) },
          { weight: 1, arbitrary: fc.array(operandOf(column, table), { maxLength: 3 }) },
        ),
        { freq: 2 },
      )
      .map((wanted): [string, unknown][] => (wanted === null ? [] : [[column.key, wanted]])),
  );
  return fc.tuple(...filters).map((each) => inOneObject(each.flat().slice(0, 2)));
};

/** A tree of groups, at most `depth` within each other, with conditions beside them. */
const filterTrees = (table: MadeTable, depth: number): fc.Arbitrary<Filters> => {
  const plain = plainFilters(table);
  if (depth === 0) return plain;
  const inside = fc.oneof(
    { weight: 2, arbitrary: plain },
    { weight: 1, arbitrary: fc.constant(null).chain(() => filterTrees(table, depth - 1)) },
  );
  const member = inside.filter((filters) => Object.keys(filters).length > 0);
  const list = fc.array(member, { minLength: 1, maxLength: 3, size: 'max' });
  const group = fc.oneof(
    { weight: 3, arbitrary: list.map((members): [string, unknown] => ['$or', members]) },
    { weight: 1, arbitrary: list.map((members): [string, unknown] => ['$and', members]) },
    { weight: 2, arbitrary: member.map((filters): [string, unknown] => ['$not', filters]) },
  );
  return fc
    .tuple(
      fc.uniqueArray(group, { minLength: 1, maxLength: 2, selector: ([name]) => name }),
      fc.option(plain, { freq: 1 }),
    )
    .map(([groups, beside]) => inOneObject([...Object.entries(beside ?? {}).slice(0, 1), ...groups]));
};

/** How deep groups may be nested, and how many conditions a query may have. */
const MAX_DEPTH = 5;
const MAX_CONDITIONS = 100;

/** An upper bound of the number of conditions: the members and values in the object. */
const membersIn = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 1
    : Object.values(value).reduce((sum: number, member) => sum + membersIn(member), 1);

/** A query on none, some or all of the table's columns. */
export const queriesOn = (table: MadeTable): fc.Arbitrary<AskedQuery> =>
  fc
    .record({
      rowOrder: fc.constantFrom<('asc' | 'desc')[]>('asc', 'desc'),
      filters: fc
        .oneof(
          plainFilters(table),
          filterTrees(table, MAX_DEPTH),
          // Several conditions on one column: the order of the column may count them.
          fc.constantFrom(...table.columns).chain((column) => filterTrees({ ...table, columns: [column] }, 2)),
        )
        .filter((filters) => membersIn(filters) <= MAX_CONDITIONS),
      search: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: pieceOf(table.rows.flat()) }),
      sort: fc.uniqueArray(
        fc.record({ key: fc.constantFrom(...table.columns.map((column) => column.key)), descending: fc.boolean() }),
        { maxLength: 3, selector: (sortKey) => sortKey.key },
      ),
    })
    // Rows that are equal in all keys are always in file order.
    .map((asked) => (asked.sort.length > 0 ? { ...asked, rowOrder: 'asc' as const } : asked));
