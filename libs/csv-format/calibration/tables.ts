import { KINDS, nameOf, spellingOf } from './columns.js';
import { type Cell, MARK, POLLUTIONS, type Table, written } from './pollutions.js';
import type { Random } from './random.js';

/** A file as somebody may write it, and how it is meant to be read. */
export interface MadeFile {
  text: string;
  /** `none`, or how the table was spoiled. */
  pollution: string;
  meant: {
    delimiter: string;
    /** Columns, without empty ones at the end. */
    width: number;
    /** Whether empty columns follow. */
    hasEmptyColumns: boolean;
    hasHeader: boolean;
    preambleLines: number;
    trim: boolean;
    /** Null where nothing is quoted. */
    quote: string | null;
    escape: string | null;
    decimal: '.' | ',';
    /** The names of the columns; null without a header. */
    names: readonly string[] | null;
    rows: readonly (readonly Cell[])[];
    rejects: number;
  };
  /** The physical lines that the pollution is about, from 1. */
  lines: readonly number[];
  /** The physical line of the header, or of the first row without one. */
  firstLine: number;
}

/** @param share of the files that are polluted. @param isHard makes a table of few rows and columns, often of text only, where there is doubt */
export function makeFile(random: Random, share = 0.75, isHard = false): MadeFile {
  const table = makeTable(random, isHard);
  const name = random.chance(share) ? random.pick(Object.keys(POLLUTIONS)) : 'none';
  const pollution = POLLUTIONS[name];
  if (!pollution) return write(table.table, 'none', table.decimal);
  // Lines of the table's width are rows above rows without a header, and above a single column.
  const isAbove = pollution.codes.includes('records_skipped');
  const isRow = table.table.rows[0]!.length === 1 ? isAbove : pollution.isWideAbove && table.table.names === null;
  const isSpoiled = !isRow && pollution.spoil(table.table) !== false;
  return write(table.table, isSpoiled ? name : 'none', table.decimal);
}

const ALL_KINDS = Object.keys(KINDS);
/** Amounts with a comma and a sign, alone in a file, are two columns as well as one; docs/csv-detection.md says so. */
const OF_ONE_COLUMN = ALL_KINDS.filter((kind) => kind !== 'money');

function makeTable(random: Random, isHard: boolean): { table: Table; decimal: '.' | ',' } {
  const ordinary = random.weighted([
    [1, 2],
    [2, 3],
    [random.whole(3, 6), 8],
    [random.whole(7, 12), 6],
    [random.whole(13, 30), 5],
  ]);
  const width = isHard ? random.whole(1, 4) : ordinary;
  // Half of the tables are short, where detection is hard.
  const short = Math.max(1, Math.round((isHard ? 12 : 200) ** random.next()));
  const count = isHard || random.chance(0.5) ? short : random.whole(1, 200);
  const decimal = random.pick(['.', '.', ','] as const);
  const textOnly = random.chance(isHard ? 0.5 : 0.12);
  const kinds = Array.from({ length: width }, () => {
    const names = textOnly ? ['person', 'place', 'category', 'text', 'code'] : width === 1 ? OF_ONE_COLUMN : ALL_KINDS;
    return KINDS[random.pick(names)]!;
  });
  const makers = kinds.map((kind) => kind.cells(random, decimal));
  const spelling = spellingOf(random);
  const names = random.chance(0.85) ? kinds.map((kind) => nameOf(random, kind, spelling)) : null;
  const delimiter =
    decimal === ','
      ? random.pick([';', ';', '\t'])
      : random.weighted([
          [',', 10],
          [';', 4],
          ['\t', 3],
          ['|', 2],
        ]);
  const table: Table = {
    random,
    delimiter,
    names,
    rows: Array.from({ length: count }, (_, row) => makers.map((make) => make(row))),
    quoting: random.weighted([
      ['minimal', 8],
      ['all', 3],
    ]),
    quote: '"',
    escape: 'doubled',
    newline: random.pick(['\n', '\r\n']),
    hasFinalNewline: true,
    above: [],
    below: [],
    space: '',
    padded: false,
    changeLines: (lines) => lines,
    meantNames: (meant) => meant,
    meantRows: (meant) => meant,
    preambleLines: 0,
    rejects: 0,
  };
  return { table, decimal };
}

function write(table: Table, pollution: string, decimal: '.' | ','): MadeFile {
  const { names, rows, delimiter, newline, space } = table;
  const between = (table.padded ? ' ' : '') + delimiter + space;
  const records = [...(names ? [names] : []), ...rows];
  const lines = records.map((row) => row.map((cell) => written(table, cell)).join(between));
  const isQuoted = records.some((row) => row.some((cell) => cell !== written(table, cell)));
  const all = [...table.above, ...table.changeLines(lines), ...table.below];
  const marked: number[] = [];
  let line = 1;
  for (const part of all) {
    if (part.startsWith(MARK)) marked.push(line);
    line += part.split('\n').length;
  }
  const meantNames = table.meantNames(names);
  const meantRows = table.meantRows(rows.map((row) => row.map((cell) => (cell === '' ? null : cell))));
  const text = all.map((part) => (part.startsWith(MARK) ? part.slice(1) : part)).join(newline);
  return {
    text: text + (table.hasFinalNewline ? newline : ''),
    pollution,
    meant: {
      delimiter,
      width: meantNames?.length ?? Math.max(1, ...meantRows.map((row) => row.length)),
      hasEmptyColumns: pollution.startsWith('trailing delimiter'),
      hasHeader: names !== null,
      preambleLines: table.preambleLines,
      trim: space !== '' && rows[0]!.length > 1,
      quote: isQuoted ? table.quote : null,
      escape: isQuoted ? (table.escape === 'backslash' && text.includes('\\') ? '\\' : table.quote) : null,
      decimal,
      names: meantNames,
      rows: meantRows,
      rejects: table.rejects,
    },
    lines: marked,
    firstLine: table.preambleLines + 1,
  };
}
