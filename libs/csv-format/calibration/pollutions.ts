import { madeUpSentence, madeUpWord } from './columns.js';
import type { Random } from './random.js';

/** A cell as it is meant: null for an empty one. */
export type Cell = string | null;

/** A table on its way into a file. A pollution changes it, and with it what is meant. */
export interface Table {
  random: Random;
  delimiter: string;
  names: string[] | null;
  rows: string[][];
  quoting: 'minimal' | 'all' | 'none';
  quote: string;
  escape: 'doubled' | 'backslash';
  newline: string;
  hasFinalNewline: boolean;
  /** Lines before and behind the table, as they are written. */
  above: string[];
  below: string[];
  /** Blanks behind each delimiter, and before it. */
  space: string;
  padded: boolean;
  /** Changes the lines of the table; the header is the first. */
  changeLines: (lines: string[]) => string[];
  /** How the header and the rows are meant, given them as they are written. */
  meantNames: (names: string[] | null) => string[] | null;
  meantRows: (rows: Cell[][]) => Cell[][];
  preambleLines: number;
  /** Records that have to be rejected. */
  rejects: number;
}

/** A way of spoiling a table, and what may be said of it. */
export interface Pollution {
  /** Codes of warnings and rejects that fit it, besides doubt about the dialect. */
  codes: readonly string[];
  /** Whether it is about lines as wide as the table above it, which are rows where no header follows. */
  isWideAbove?: boolean;
  /** False where the table is left as it is, because it cannot be spoiled so. */
  spoil(table: Table): boolean | undefined;
}

/** Stands before a line that a pollution is about. */
export const MARK = '\ue000';
const marked = (line: string): string => MARK + line;

const widthOf = (table: Table): number => table.rows[0]!.length;
const cells = (table: Table, ...texts: string[]): string =>
  Array.from({ length: widthOf(table) }, (_, i) => texts[i] ?? '').join(table.delimiter);
const title = ({ random }: Table): string => `${madeUpWord(random)} ${madeUpWord(random)} ${random.whole(2000, 2026)}`;

function above(table: Table, ...lines: string[]): undefined {
  table.above.push(...lines.map(marked));
  table.preambleLines += lines.length;
}

/** Changes one row, in its line and as it is meant. @param reject the row has to be rejected */
function changeOneRow(table: Table, change: (line: string) => string, reject: boolean): undefined {
  const row = table.random.whole(0, table.rows.length - 1);
  const at = row + (table.names ? 1 : 0);
  table.changeLines = (lines) => lines.map((line, i) => (i === at ? marked(change(line)) : line));
  if (!reject) return;
  table.rejects = 1;
  table.meantRows = (rows) => rows.filter((_, i) => i !== row);
}

/** Puts a line between the rows. @param meant as a row; null where it is none */
function insertLine(table: Table, line: string, meant: Cell[] | null): boolean {
  if (table.rows.length < 3) return false;
  const row = table.random.whole(1, table.rows.length - 1);
  const at = row + (table.names ? 1 : 0);
  table.changeLines = (lines) => [...lines.slice(0, at), marked(line), ...lines.slice(at)];
  if (meant) table.meantRows = (rows) => [...rows.slice(0, row), meant, ...rows.slice(row)];
  return true;
}

const nulls = (table: Table, ...texts: string[]): Cell[] =>
  Array.from({ length: widthOf(table) }, (_, i) => texts[i] ?? null);
const asCells = (row: readonly string[]): Cell[] => row.map((cell) => (cell === '' ? null : cell));
const isWide = (table: Table): boolean => widthOf(table) > 1;

/** Whether a record says what the width of the table is, where so many rows have another. */
const hasUsualWidth = (table: Table, others: number): boolean => table.names !== null || others < table.rows.length;

/**
 * Writes the table without any quotes. Not where nothing would show that its delimiters are text: no header, and as many of them in each row.
 */
function unquoted(table: Table): boolean {
  const inRow = (row: readonly string[]): number =>
    row.reduce((sum, cell) => sum + cell.split(table.delimiter).length - 1, 0);
  const inFirst = inRow(table.rows[0]!);
  if (table.names === null && inFirst > 0 && table.rows.every((row) => inRow(row) === inFirst)) return false;
  table.quoting = 'none';
  return true;
}

/** Lines above the table are either passed over, or rows that are shorter than it. */
const ABOVE_CODES = ['records_skipped', 'short_records'];

/** What bank statements and reports have above their tables. */
const KEYS =
  'Konto,Account holder,Period,Created on,Currency,Balance,Branch,IBAN,Previous balance,Turnover,Printed on,Page'.split(
    ',',
  );
const valueOfKey = (random: Random): string =>
  random.weighted<() => string>([
    [() => `${madeUpWord(random)} ${madeUpWord(random)}`, 4],
    [() => `DE${random.whole(10, 99)} ${random.whole(1000, 9999)} ${random.whole(1000, 9999)}`, 2],
    [() => `0${random.whole(1, 9)}.${random.whole(10, 12)}.${random.whole(2000, 2026)}`, 2],
    [() => `${random.whole(1, 99)}.${random.whole(100, 999)},${random.whole(10, 99)}`, 2],
    [() => String(random.whole(1, 99_999)), 1],
  ])();

/** Most leave the table readable; how it is meant is part of each. */
export const POLLUTIONS: Readonly<Record<string, Pollution>> = {
  title: { codes: ABOVE_CODES, spoil: (table) => above(table, title(table)) },
  'title and blank line': { codes: ABOVE_CODES, spoil: (table) => above(table, title(table), '') },
  'long title with delimiters': {
    codes: ABOVE_CODES,
    spoil: (table) => above(table, `${madeUpSentence(table.random)}${table.delimiter} ${title(table)}`, ''),
  },
  'several titles': {
    codes: ABOVE_CODES,
    spoil: (table) => above(table, title(table), `Source: ${title(table)}`, ''),
  },
  'padded titles': {
    codes: ABOVE_CODES,
    isWideAbove: true,
    spoil: (table) => above(table, cells(table, title(table)), cells(table, 'Stand', title(table)), cells(table)),
  },
  'one padded title': {
    codes: ABOVE_CODES,
    isWideAbove: true,
    spoil: (table) => above(table, cells(table, title(table))),
  },
  'key and value lines': {
    codes: ABOVE_CODES,
    isWideAbove: true,
    spoil: (table) =>
      above(
        table,
        `Station${table.delimiter}${title(table)}`,
        `Operator${table.delimiter}${madeUpWord(table.random)}`,
        '',
      ),
  },
  'many key and value lines': {
    codes: [...ABOVE_CODES, 'too_many_cells', 'footer_lines'],
    isWideAbove: true,
    spoil: (table) => {
      const { random } = table;
      const keys = KEYS.slice(0, random.whole(5, KEYS.length)).map(
        (key) => `${key}${table.delimiter}${written(table, valueOfKey(random))}`,
      );
      const isSetOff = random.chance(0.6);
      // A header and one or two rows of two columns are more keys and values, to a person too.
      if (widthOf(table) === 2 && table.rows.length < 3 && !isSetOff) return false;
      above(table, ...keys, ...(isSetOff ? [''] : []));
      if (random.chance(0.4)) table.below.push('', marked(madeUpSentence(random).replaceAll(table.delimiter, '')));
    },
  },
  comments: {
    codes: ABOVE_CODES,
    spoil: (table) => above(table, `# ${title(table)}`, `# ${madeUpSentence(table.random)}`),
  },
  'comments with delimiters': {
    codes: ABOVE_CODES,
    isWideAbove: true,
    spoil: (table) => above(table, `# ${title(table)}${table.delimiter} ${madeUpWord(table.random)}`),
  },
  'blank lines above': { codes: ABOVE_CODES, spoil: (table) => above(table, '', '') },
  'sep line': { codes: [], spoil: (table) => above(table, `sep=${table.delimiter}`) },
  'blank line below header': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      table.changeLines = (lines) => lines.flatMap((line, i) => (i === 0 ? [marked(line), ''] : [line]));
    },
  },
  'blank lines within': {
    codes: [],
    spoil: (table) => {
      table.changeLines = (lines) => lines.flatMap((line, i) => (i > 0 && i % 3 === 0 ? ['', line] : [line]));
    },
  },
  'blank lines between all': {
    codes: [],
    spoil: (table) => {
      table.changeLines = (lines) => lines.flatMap((line) => [line, '']);
    },
  },
  footnotes: {
    codes: ['footer_lines', 'short_records', 'too_many_cells'],
    spoil: (table) => {
      table.below.push('', marked(madeUpSentence(table.random)), marked(`Source: ${title(table)}`));
      // Of one column, they are rows like all others.
      if (!isWide(table)) {
        const notes = table.below.slice(1).map((line) => [line.slice(1)]);
        table.meantRows = (rows) => [...rows, ...notes];
      }
    },
  },
  'total below': {
    codes: [],
    spoil: (table) => {
      table.below.push(cells(table, 'Total'));
      table.meantRows = (rows) => [...rows, nulls(table, 'Total')];
    },
  },
  'short total below': {
    codes: ['short_records', 'footer_lines'],
    spoil: (table) => {
      table.below.push(marked(`Total${isWide(table) ? `${table.delimiter}12` : ''}`));
      table.meantRows = (rows) => [...rows, isWide(table) ? nulls(table, 'Total', '12') : ['Total']];
    },
  },
  'short records': {
    // Text with delimiters is not quoted either: its records are too long, or where they are the most, the others and the header too short.
    codes: ['short_records', 'too_many_cells', 'header_width'],
    spoil: (table) => {
      if (!isWide(table) || table.quoting === 'all' || !unquoted(table)) return false;
      const short = table.rows.map(() => table.random.chance(0.2));
      const first = table.names ? 1 : 0;
      // Of records of several widths any may be the one at fault.
      const isUneven = table.rows.flat().some((cell) => cell.includes(table.delimiter));
      table.changeLines = (lines) =>
        lines.map((line, i) => {
          if (short[i - first]) return marked(line.slice(0, line.indexOf(table.delimiter)));
          return isUneven && i >= first ? marked(line) : line;
        });
      table.meantRows = (rows) => rows.map((row, i) => (short[i] ? nulls(table, row[0] ?? '').map(emptyAsNull) : row));
      return true;
    },
  },
  'surplus cells': {
    // Of two records either may be the one at fault.
    codes: ['too_many_cells', 'short_records', 'header_width'],
    spoil: (table) =>
      isWide(table) && hasUsualWidth(table, 1)
        ? changeOneRow(table, (line) => `${line}${table.delimiter}9`, true)
        : false,
  },
  'surplus empty cells': {
    codes: ['long_records'],
    spoil: (table) => (isWide(table) ? changeOneRow(table, (line) => line + table.delimiter.repeat(2), false) : false),
  },
  'trailing delimiter in rows': {
    codes: ['header_width', 'long_records'],
    spoil: (table) => {
      table.changeLines = (lines) =>
        lines.map((line, i) => (i > 0 || !table.names ? line + table.delimiter : marked(line)));
    },
  },
  'trailing delimiters': {
    codes: ['header_width', 'long_records'],
    spoil: (table) => {
      table.changeLines = (lines) => lines.map((line) => line + table.delimiter.repeat(2));
    },
  },
  'leading delimiter': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!isWide(table)) return false;
      table.changeLines = (lines) => lines.map((line) => table.delimiter + line);
      table.meantNames = (names) => names && ['', ...names];
      table.meantRows = (rows) => rows.map((row) => [null, ...row]);
      return true;
    },
  },
  'row names': {
    codes: ['header_width'],
    spoil: (table) => {
      if (!table.names || table.names.length < 3) return false;
      table.changeLines = (lines) =>
        lines.map((line, i) => (i === 0 ? marked(line.slice(line.indexOf(table.delimiter) + 1)) : line));
      table.meantNames = (names) => names && ['', ...names.slice(1)];
      return true;
    },
  },
  'index without a name': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names || !isWide(table)) return false;
      table.names[0] = '';
      table.rows.forEach((row, i) => {
        row[0] = String(i);
      });
      return true;
    },
  },
  'header one short': {
    codes: ['header_width'],
    spoil: (table) => {
      if (!table.names || table.names.length < 4) return false;
      table.changeLines = (lines) =>
        lines.map((line, i) => (i === 0 ? marked(line.slice(0, line.lastIndexOf(table.delimiter))) : line));
      // By rule it is read as row names, and said.
      table.meantNames = (names) => names && ['', ...names.slice(0, -1)];
      return true;
    },
  },
  'wider header': {
    codes: ['short_records'],
    spoil: (table) => {
      if (!table.names) return false;
      table.changeLines = (lines) => lines.map((line, i) => (i === 0 ? marked(`${line}${table.delimiter}note`) : line));
      table.meantNames = (names) => names && [...names, 'note'];
      return true;
    },
  },
  'other delimiter in header': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names || table.names.length < 2) return false;
      const other = table.delimiter === ',' ? ';' : ',';
      table.changeLines = (lines) =>
        lines.map((line, i) => (i === 0 ? marked(line.replaceAll(table.delimiter, other)) : line));
      return true;
    },
  },
  'stray quote in header': {
    codes: ['header_uncertain', 'literal_quotes'],
    spoil: (table) => {
      if (!table.names || !isWide(table) || table.quoting === 'all') return false;
      table.names[0] = `"${table.names[0]!}`;
      table.changeLines = (lines) => lines.map((line, i) => (i === 0 ? marked(line) : line));
      return true;
    },
  },
  'numbers as names': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names) return false;
      table.names = table.names.map((name, i) => (i === 0 ? name : String(2000 + i)));
      return true;
    },
  },
  'duplicate names': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names) return false;
      table.names = table.names.map((name, i) => (i % 2 === 1 ? table.names![0]! : name));
      return true;
    },
  },
  'names of several lines': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names || !isWide(table) || table.quoting === 'none') return false;
      table.names[1] = `${table.names[1]}\n(net)`;
      return true;
    },
  },
  'blanks behind delimiters': {
    codes: ['trimmed'],
    spoil: (table) => {
      table.space = ' ';
    },
  },
  'blanks around delimiters': {
    codes: ['trimmed'],
    spoil: (table) => {
      table.space = ' ';
      table.padded = true;
    },
  },
  'second table': {
    codes: ['second_header'],
    spoil: (table) => {
      const further = table.rows.slice(0, 3);
      table.below.push('');
      if (table.names) table.below.push(marked(table.names.map((name) => written(table, name)).join(table.delimiter)));
      table.below.push(...further.map((row) => marked(row.map((cell) => written(table, cell)).join(table.delimiter))));
      const names = table.names ? [asCells(table.names)] : [];
      table.meantRows = (rows) => [...rows, ...names, ...further.map(asCells)];
    },
  },
  'header repeated within': {
    codes: ['second_header'],
    spoil: (table) =>
      table.names
        ? insertLine(table, table.names.map((name) => written(table, name)).join(table.delimiter), asCells(table.names))
        : false,
  },
  'row without a value': {
    codes: [],
    spoil: (table) => (isWide(table) ? insertLine(table, cells(table), nulls(table)) : false),
  },
  'comment within': {
    codes: ['short_records'],
    spoil: (table) =>
      isWide(table) ? insertLine(table, '# corrected later', nulls(table, '# corrected later')) : false,
  },
  'stray quotes': {
    // Text with delimiters is not quoted either: its records are too long, or where they are the most, the others and the header too short.
    codes: ['malformed_quote', 'literal_quotes', 'too_many_cells', 'short_records', 'header_width'],
    spoil: (table) => {
      if (table.quoting === 'all' || !unquoted(table)) return false;
      for (const row of table.rows) if (table.random.chance(0.1)) row[row.length - 1] += '"';
      return true;
    },
  },
  'inch marks': {
    codes: ['malformed_quote', 'literal_quotes', 'too_many_cells', 'short_records', 'header_width'],
    spoil: (table) => {
      if (!unquoted(table)) return false;
      for (const row of table.rows) if (table.random.chance(0.5)) row[0] = `${table.random.whole(1, 30)}" ${row[0]}`;
      return true;
    },
  },
  'text behind a closing quote': {
    codes: ['malformed_quote', 'literal_quotes'],
    spoil: (table) =>
      changeOneRow(table, (line) => `"a"b${table.delimiter}${line.slice(line.indexOf(table.delimiter) + 1)}`, true),
  },
  'quote that never closes': {
    codes: ['unclosed_quote', 'malformed_quote'],
    spoil: (table) => (table.quoting === 'minimal' ? changeOneRow(table, (line) => `"${line}`, true) : false),
  },
  'line breaks in cells': {
    codes: [],
    spoil: (table) => {
      if (table.quoting === 'none') return false;
      for (const row of table.rows) if (table.random.chance(0.3)) row[row.length - 1] += `\nsee below`;
      return true;
    },
  },
  'backslash before quotes': {
    codes: ['quoting_uncertain'],
    spoil: (table) => {
      if (table.quoting === 'none') return false;
      table.quoting = 'all';
      table.escape = 'backslash';
      for (const row of table.rows) if (table.random.chance(0.4)) row[0] = `the "best" ${row[0]}`;
      return true;
    },
  },
  'apostrophes as quotes': {
    codes: ['quoting_uncertain'],
    spoil: (table) => {
      if (!isWide(table)) return false;
      table.quoting = 'all';
      table.quote = "'";
      return true;
    },
  },
  'unquoted delimiters in text': {
    codes: ['too_many_cells', 'short_records', 'header_width'],
    spoil: (table) => {
      if (!isWide(table)) return false;
      const first = table.names ? 1 : 0;
      const long = table.rows.map(() => table.random.chance(0.15));
      if (!hasUsualWidth(table, long.filter(Boolean).length)) return false;
      table.changeLines = (lines) =>
        lines.map((line, i) => (long[i - first] ? marked(`${line}${table.delimiter} etc`) : line));
      table.rejects = long.filter(Boolean).length;
      table.meantRows = (rows) => rows.filter((_, i) => !long[i]);
      return true;
    },
  },
  'NUL in a cell': {
    codes: ['nul_character'],
    spoil: (table) => changeOneRow(table, (line) => `${line.slice(0, 1)}\0${line.slice(1)}`, true),
  },
  'byte order mark within': {
    codes: ['bom_removed'],
    spoil: (table) => (table.rows.length > 1 ? changeOneRow(table, (line) => `\ufeff${line}`, false) : false),
  },
  'missing values': {
    codes: [],
    spoil: (table) => {
      for (const row of table.rows) {
        for (let i = 0; i < row.length; i++)
          if (table.random.chance(0.3)) row[i] = table.random.pick(isWide(table) ? ['', '', 'NA', '-'] : ['NA', '-']);
      }
    },
  },
  'one word among numbers': {
    codes: [],
    spoil: (table) => {
      table.random.pick(table.rows)[0] = 'n/a';
    },
  },
  'row of units': {
    codes: ['second_header'],
    spoil: (table) => {
      if (!table.names || !isWide(table)) return false;
      table.rows.unshift(table.rows[0]!.map(() => table.random.pick(['', 'kg', '[m]', 'EUR', '°C'])));
      return true;
    },
  },
  'empty columns': {
    codes: [],
    spoil: (table) => {
      for (const row of table.rows) for (let i = 1; i < row.length; i += 2) row[i] = '';
    },
  },
  'no final line break': {
    codes: [],
    spoil: (table) => {
      table.hasFinalNewline = false;
    },
  },
  'carriage returns': {
    codes: [],
    spoil: (table) => {
      table.newline = '\r';
    },
  },
  'header only': {
    codes: ['header_uncertain'],
    spoil: (table) => {
      if (!table.names) return false;
      table.changeLines = (lines) => lines.slice(0, 1).map(marked);
      table.meantRows = () => [];
      return true;
    },
  },
  'Unix end of file mark': {
    codes: ['short_records'],
    spoil: (table) => {
      table.below.push(marked('\x1a'));
      table.hasFinalNewline = false;
      table.meantRows = (rows) => [...rows, nulls(table, '\x1a')];
    },
  },
};

const emptyAsNull = (cell: Cell): Cell => (cell === '' ? null : cell);

/** A cell as it is written. */
export function written(table: Table, value: string): string {
  const { quoting, quote, escape: way, delimiter } = table;
  const isNeeded = value.includes(delimiter) || value.includes(quote) || /[\r\n]/.test(value);
  if (quoting === 'none' || (quoting === 'minimal' && !isNeeded) || value === '') return value;
  const inside =
    way === 'doubled'
      ? value.replaceAll(quote, quote + quote)
      : value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  return quote + inside + quote;
}
