import { CellForm } from '../records/record-scanner.js';
import { COMMON_DELIMITERS } from './delimiters.js';
import { readSample, type SampleTable } from './sample-table.js';
import { filledWidth } from './table-shape.js';

/** The names that a record gives to columns, if it is the header. */
export interface HeaderReading {
  names: string[];
  /** The column that the first name belongs to: 1 where the header is one cell short of all records, as R writes row names. */
  offset: 0 | 1;
  /**
   * - `cells`: the record's cells, by the grammar
   * - `literal`: its quotes are malformed, and only without them it has the width of the table
   * - `other_delimiter`: it is one cell, and another delimiter splits it into as many as the table has
   */
  form: 'cells' | 'literal' | 'other_delimiter';
}

/** Names of small letters may have blanks between them, too. */
const HEADER_DELIMITERS = [...COMMON_DELIMITERS, ' '];

/** The cells of one record: all of them, also those beyond what a table keeps of each. */
const ONE_RECORD = { records: 1, bytes: 0, recordsWithCells: 1, cellsPerRecord: Number.POSITIVE_INFINITY };

/**
 * Reads a record as the header of a table.
 * @param width how many cells most records of the table have
 * @param whole whether the sample is all of the file
 */
export function readHeader(table: SampleTable, record: number, width: number, whole: boolean): HeaderReading {
  const { sample, grammar } = table;
  const from = table.from[record]!;
  const read = (delimiter: string, quote: string): { names: string[]; malformed: boolean; unclosed: boolean } => {
    const escapeMark = quote === grammar.quote ? grammar.escape : '';
    const line = readSample(sample, from, { ...grammar, delimiter, quote, escape: escapeMark }, ONE_RECORD, whole);
    const names = Array.from({ length: line.records > 0 ? line.cells(0) : 0 }, (_, column) => line.text(0, column));
    return { names, malformed: line.malformed > 0, unclosed: line.ranges.form.includes(CellForm.Malformed) };
  };
  const { names, malformed, unclosed } = read(grammar.delimiter, grammar.quote);
  const reach = filledWidth(table, width);
  const fits = (cells: number): boolean => cells === width || cells === reach;
  // By an unclosed quote the reader would take the rows below into the header.
  if (unclosed || (malformed && !fits(names.length))) {
    const literal = read(grammar.delimiter, '').names;
    if (fits(literal.length)) return { names: literal, offset: 0, form: 'literal' };
  }
  if (names.length === 1 && !fits(1)) {
    for (const delimiter of HEADER_DELIMITERS.filter((other) => other !== grammar.delimiter)) {
      const others = read(delimiter, grammar.quote).names;
      // Titles have blanks too, but seldom small letters alone.
      const isName = (name: string): boolean => (delimiter === ' ' ? /^[\p{Ll}\p{N}_]+$/u : /\p{L}/u).test(name);
      if (fits(others.length) && others.length > 1 && others.every(isName))
        return { names: others, offset: 0, form: 'other_delimiter' };
    }
  }
  const isOneShort = names.length > 0 && names.length === width - 1 && reach === width;
  return { names, offset: isOneShort && allHaveWidth(table, record + 1, width) ? 1 : 0, form: 'cells' };
}

/** Whether a line of one cell may be a header of another delimiter: several names of a few words each, without blanks beside the delimiter. */
export function isHeaderOfOtherDelimiter(line: string): boolean {
  return COMMON_DELIMITERS.some((delimiter) => {
    const names = line.split(delimiter);
    return names.length > 1 && names.every((name) => /^\p{L}\S*( \S+){0,2}$/u.test(name));
  });
}

/** The names of all columns: shifted, and with an empty name for each column that has none. */
export function columnNames({ names, offset }: HeaderReading, reach: number): string[] {
  const shifted = offset === 1 ? ['', ...names] : names;
  return [...shifted, ...new Array<string>(Math.max(0, reach - shifted.length)).fill('')];
}

/** Notes below the table, of one cell, do not count. */
function allHaveWidth(table: SampleTable, from: number, width: number): boolean {
  let fitting = 0;
  for (let record = from; record < table.records; record++) {
    if (table.width[record] === width) fitting++;
    else if (table.width[record] !== 1) return false;
  }
  return fitting > 0;
}
