import type { ColumnType, CsvColumn } from '@app/csv-format';
import fc from 'fast-check';
import type { Operator } from '../../src/rows/request/rows-query.js';
import type { AskedQuery, ReferenceTable } from './reference-answer.js';

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

const cellOf = (type: ColumnType, decimal: '.' | ','): fc.Arbitrary<string> => {
  switch (type) {
    case 'integer':
      return integer.map(String);
    case 'number':
      return decimalNumber.map((number) => number.replace('.', decimal));
    case 'boolean':
      return fc.constantFrom('true', 'false', 'TRUE', 'False');
    case 'date':
      return date;
    case 'datetime':
      return datetime;
    case 'text':
      return text;
  }
};

const TYPES: ColumnType[] = ['integer', 'number', 'boolean', 'date', 'datetime', 'text', 'text'];

/** A table of any shape: one to five columns of all types, up to 25 rows, a fifth of the cells empty. */
export const tables: fc.Arbitrary<ReferenceTable> = fc
  .tuple(
    fc.uniqueArray(key, { minLength: 1, maxLength: 5 }),
    fc.array(fc.constantFrom(...TYPES), { minLength: 5, maxLength: 5 }),
    fc.constantFrom('.' as const, ',' as const),
  )
  .chain(([keys, types, decimal]) => {
    const columns = keys.map((name, i): CsvColumn => ({ key: name, name, type: types[i]!, position: i + 1 }));
    const row = fc.tuple(...columns.map((column) => fc.option(cellOf(column.type, decimal), { freq: 4 })));
    return fc.record({
      columns: fc.constant(columns),
      decimal: fc.constant(decimal),
      rows: fc.array(row, { maxLength: 25 }),
    });
  });

/** A value as a client would write it: numbers as JSON numbers, mostly one that is in the column. */
const operandOf = (column: CsvColumn, { decimal, rows }: ReferenceTable): fc.Arbitrary<unknown> => {
  const present = rows.flatMap((row) => row[column.position - 1] ?? []);
  const cell =
    present.length > 0
      ? fc.oneof(fc.constantFrom(...present), cellOf(column.type, decimal))
      : cellOf(column.type, decimal);
  return cell.chain((exact): fc.Arbitrary<unknown> => {
    switch (column.type) {
      case 'integer':
        return fc.constantFrom<unknown>(Number(exact), exact);
      case 'number':
        return decimal === '.' ? fc.constantFrom<unknown>(Number(exact), exact) : fc.constant(exact);
      case 'boolean':
        return fc.constantFrom<unknown>(exact.toLowerCase() === 'true', exact);
      case 'datetime':
        return fc.constantFrom(exact, exact.slice(0, 10));
      case 'text':
        return fc.constantFrom<unknown>(exact, 7);
      default:
        return fc.constant(exact);
    }
  });
};

/** A part of one of the cells, or another text. */
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
  );
};

/** One or two operators: with more, hardly any row matches. */
const operatorsOn = (column: CsvColumn, table: ReferenceTable): fc.Arbitrary<object> => {
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
    between: fc.tuple(operand, operand),
    contains: piece,
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

/** A query on none, some or all of the table's columns. */
export const queriesOn = (table: ReferenceTable): fc.Arbitrary<AskedQuery> => {
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
  return fc.record({
    filters: fc.tuple(...filters).map((each) => {
      const members: Record<string, unknown> = Object.create(null);
      for (const [name, wanted] of each.flat().slice(0, 2)) members[name] = wanted;
      return members;
    }),
    search: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: pieceOf(table.rows.flat()) }),
    sort: fc.uniqueArray(
      fc.record({ key: fc.constantFrom(...table.columns.map((column) => column.key)), descending: fc.boolean() }),
      { maxLength: 3, selector: (sortKey) => sortKey.key },
    ),
  });
};
