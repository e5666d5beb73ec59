import { KINDS, madeUpSentence, madeUpWord, nameOf } from './columns.js';
import type { Random } from './random.js';

/** A file as somebody may write it, and how it is meant to be read. */
export interface MadeFile {
  text: string;
  pollution: string;
  rows: number;
  meant: {
    delimiter: string;
    /** Of a column that has more than one. */
    width: number;
    hasHeader: boolean;
    preambleLines: number;
    trim: boolean;
    /** Null where nothing is quoted. */
    quote: string | null;
    /** The names of the columns; null without a header. */
    names: readonly string[] | null;
  };
}

interface Table {
  random: Random;
  delimiter: string;
  names: string[] | null;
  rows: string[][];
  quoting: 'minimal' | 'all' | 'none';
  newline: string;
  /** Lines before and behind the table, as they are written. */
  above: string[];
  below: string[];
  /** Blanks behind each delimiter. */
  space: string;
  padded: boolean;
  /** Changes the lines of the table; the header is the first. */
  changeLines: (lines: string[]) => string[];
  meantNames: string[] | null;
  preambleLines: number;
}

/** A way of spoiling a table. */
type Pollution = (table: Table) => void;

const cells = (table: Table, ...texts: string[]): string => {
  const width = table.rows[0]!.length;
  return Array.from({ length: width }, (_, i) => texts[i] ?? '').join(table.delimiter);
};
const above = (table: Table, ...lines: string[]): void => {
  table.above.push(...lines);
  table.preambleLines += lines.length;
};
const title = ({ random }: Table): string => `${madeUpWord(random)} ${madeUpWord(random)} ${random.whole(2000, 2026)}`;

/** Most leave the table readable; how it is meant is part of each. */
const POLLUTIONS: Readonly<Record<string, Pollution>> = {
  title: (table) => above(table, title(table)),
  'title and blank line': (table) => above(table, title(table), ''),
  'long title with delimiters': (table) =>
    above(table, `${madeUpSentence(table.random)}${table.delimiter} ${title(table)}`, ''),
  'several titles': (table) => above(table, title(table), `Source: ${title(table)}`, ''),
  'padded titles': (table) =>
    above(table, cells(table, title(table)), cells(table, 'Stand', title(table)), cells(table)),
  'one padded title': (table) => above(table, cells(table, title(table))),
  'key and value lines': (table) =>
    above(
      table,
      `Station${table.delimiter}${title(table)}`,
      `Operator${table.delimiter}${madeUpWord(table.random)}`,
      '',
    ),
  comments: (table) => above(table, `# ${title(table)}`, `# ${madeUpSentence(table.random)}`),
  'comments with delimiters': (table) =>
    above(table, `# ${title(table)}${table.delimiter} ${madeUpWord(table.random)}`),
  'blank lines above': (table) => above(table, '', ''),
  'blank line below header': (table) => {
    table.changeLines = (lines) => lines.flatMap((line, i) => (i === 0 ? [line, ''] : [line]));
  },
  footnotes: (table) => table.below.push('', madeUpSentence(table.random), `Source: ${title(table)}`),
  'total below': (table) => table.below.push(cells(table, 'Total')),
  'blank lines within': (table) => {
    table.changeLines = (lines) => lines.flatMap((line, i) => (i > 0 && i % 3 === 0 ? ['', line] : [line]));
  },
  'short records': (table) => {
    table.changeLines = (lines) =>
      lines.map((line, i) =>
        i > 0 && table.random.chance(0.2) ? line.slice(0, Math.max(line.indexOf(table.delimiter), 1)) : line,
      );
  },
  'trailing delimiter in rows': (table) => {
    table.changeLines = (lines) => lines.map((line, i) => (i > 0 || !table.names ? line + table.delimiter : line));
  },
  'trailing delimiters': (table) => {
    table.changeLines = (lines) => lines.map((line) => line + table.delimiter.repeat(2));
  },
  'row names': (table) => {
    if (!table.names || table.names.length < 3) return;
    table.changeLines = (lines) =>
      lines.map((line, i) => (i === 0 ? line.slice(line.indexOf(table.delimiter) + 1) : line));
    table.meantNames = ['', ...table.names.slice(1)];
  },
  'other delimiter in header': (table) => {
    if (!table.names || table.names.length < 2) return;
    const other = table.delimiter === ',' ? ';' : ',';
    table.changeLines = (lines) => lines.map((line, i) => (i === 0 ? line.replaceAll(table.delimiter, other) : line));
  },
  'wider header': (table) => {
    if (!table.names) return;
    table.changeLines = (lines) => lines.map((line, i) => (i === 0 ? `${line}${table.delimiter}note` : line));
    table.meantNames = [...table.names, 'note'];
  },
  'blanks behind delimiters': (table) => {
    table.space = ' ';
  },
  'blanks around delimiters': (table) => {
    table.space = ' ';
    table.padded = true;
  },
  'second table': (table) =>
    table.below.push(
      '',
      ...(table.names ? [table.names.join(table.delimiter)] : []),
      ...table.rows.slice(0, 3).map((row) => row.join(table.delimiter)),
    ),
  'stray quotes': (table) => {
    for (const row of table.rows) if (table.random.chance(0.1)) row[row.length - 1] += '"';
  },
  'inch marks': (table) => {
    for (const row of table.rows) if (table.random.chance(0.5)) row[0] = `${table.random.whole(1, 30)}" ${row[0]}`;
    table.quoting = 'none';
  },
  'unquoted delimiters in text': (table) => {
    table.changeLines = (lines) =>
      lines.map((line, i) => (i > 0 && table.random.chance(0.15) ? `${line}${table.delimiter} etc` : line));
  },
  'missing values': (table) => {
    for (const row of table.rows) {
      for (let i = 0; i < row.length; i++)
        if (table.random.chance(0.3)) row[i] = table.random.pick(['', '', 'NA', '-']);
    }
  },
  'row of units': (table) => {
    if (table.names) table.rows.unshift(table.rows[0]!.map(() => table.random.pick(['', 'kg', '[m]', 'EUR', '°C'])));
  },
  'numbers as names': (table) => {
    if (table.names) table.names = table.names.map((name, i) => (i === 0 ? name : String(2000 + i)));
    table.meantNames = table.names;
  },
  'duplicate names': (table) => {
    if (table.names) table.names = table.names.map((name, i) => (i % 2 === 1 ? table.names![0]! : name));
    table.meantNames = table.names;
  },
  'empty columns': (table) => {
    for (const row of table.rows) for (let i = 1; i < row.length; i += 2) row[i] = '';
  },
  'blank lines between all': (table) => {
    table.changeLines = (lines) => lines.flatMap((line) => [line, '']);
  },
  'sep line': (table) => above(table, `sep=${table.delimiter}`),
};

const ABOVE_OF_FULL_WIDTH = new Set([
  'padded titles',
  'one padded title',
  'key and value lines',
  'comments with delimiters',
]);
const ABOVE = new Set([
  ...ABOVE_OF_FULL_WIDTH,
  'title',
  'title and blank line',
  'long title with delimiters',
  'several titles',
  'comments',
]);

/** @param share of the files that are polluted. */
export function makeFile(random: Random, share = 0.75): MadeFile {
  const width = random.weighted([
    [1, 2],
    [2, 3],
    [random.whole(3, 6), 8],
    [random.whole(7, 12), 6],
    [random.whole(13, 30), 5],
  ]);
  // Half of the tables are short, where detection is hard.
  const count = random.chance(0.5) ? Math.max(1, Math.round(200 ** random.next())) : random.whole(1, 200);
  const decimal = random.pick(['.', '.', ','] as const);
  const textOnly = random.chance(0.12);
  const kinds = Array.from({ length: width }, () => {
    const names = textOnly ? ['person', 'place', 'category', 'text', 'code'] : Object.keys(KINDS);
    return KINDS[random.pick(names)]!;
  });
  const makers = kinds.map((kind) => kind.cells(random, decimal));
  const hasHeader = random.chance(0.85);
  const names = hasHeader ? kinds.map((kind) => nameOf(random, kind)) : null;
  const table: Table = {
    random,
    delimiter:
      decimal === ','
        ? random.pick([';', ';', '\t'])
        : random.weighted([
            [',', 10],
            [';', 4],
            ['\t', 3],
            ['|', 2],
          ]),
    names,
    rows: Array.from({ length: count }, (_, row) => makers.map((make) => make(row))),
    quoting: random.weighted([
      ['minimal', 8],
      ['all', 3],
    ]),
    newline: random.pick(['\n', '\r\n']),
    above: [],
    below: [],
    space: '',
    padded: false,
    changeLines: (lines) => lines,
    meantNames: names,
    preambleLines: 0,
  };
  const pollution = random.chance(share) ? random.pick(Object.keys(POLLUTIONS)) : 'none';
  // Lines of the table's width are rows above rows without a header, and above a single column.
  const isRow = width === 1 ? ABOVE.has(pollution) : names === null && ABOVE_OF_FULL_WIDTH.has(pollution);
  if (!isRow) POLLUTIONS[pollution]?.(table);
  return write(table, isRow ? 'none' : pollution);
}

function write(table: Table, pollution: string): MadeFile {
  const { names, rows, delimiter, quoting, newline, space } = table;
  let quotes = false;
  const cell = (value: string): string => {
    const isNeeded = value.includes(delimiter) || value.includes('"') || /[\r\n]/.test(value);
    if (quoting === 'none' || (quoting === 'minimal' && !isNeeded) || value === '') return value;
    quotes = true;
    return `"${value.replaceAll('"', '""')}"`;
  };
  const between = (table.padded ? ' ' : '') + delimiter + space;
  const lines = [...(names ? [names] : []), ...rows].map((row) => row.map(cell).join(between));
  const text = [...table.above, ...table.changeLines(lines), ...table.below].join(newline) + newline;
  return {
    text,
    pollution,
    rows: rows.length,
    meant: {
      delimiter,
      width: rows[0]!.length,
      hasHeader: names !== null,
      preambleLines: table.preambleLines,
      trim: space !== '' && rows[0]!.length > 1,
      quote: quotes ? '"' : null,
      names: table.meantNames,
    },
  };
}
