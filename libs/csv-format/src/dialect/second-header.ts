import { ColumnFamilies } from './column-families.js';
import { isMissing } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';
import { isRule } from './table-shape.js';

/** Further headers within a table: where tables of one width were joined, or units stand below the names. */
export interface SecondHeaders {
  count: number;
  /** The 0-based physical line of the first of them. */
  line: number;
  /** Whether the first of them is the record directly below the header. */
  isBelowHeader: boolean;
}

const MOST_BESIDE_HEADERS = 0.6;

/**
 * Finds records that are headers once more: the same names as the header, in whatever case; or, below a blank line and above a row, words
 * where the table has numbers and the like; or such words directly below the header, as units are, or a rule of dashes. Past the records whose cells are known, only a
 * line that is the header's to the byte is found.
 * @param header the record of the header, and its names as in the file; null where the table has none
 * @param from the first row
 */
export function findSecondHeaders(
  table: SampleTable,
  header: { record: number; names: readonly string[] } | null,
  from: number,
  width: number,
): SecondHeaders | null {
  // Second headers are among the records that the families are of.
  const families = new ColumnFamilies(table, from, width, MOST_BESIDE_HEADERS);
  const lines: number[] = [];
  const isFirst = header !== null && from < table.detailed && (isOfUnits(table, from, width) || isRule(table, from));
  for (let record = from; record < table.detailed; record++) {
    if (table.width[record]! < 2 && header?.names.length !== 1) continue;
    const isRepeat = header !== null && isSame(table, record, header.names);
    const isNew =
      table.blankBefore[record] &&
      table.width[record] === width &&
      !families.areAllText &&
      families.isTextAboveValues(record) &&
      record + 1 < table.detailed &&
      !table.blankBefore[record + 1] &&
      families.agreement(record + 1) > 0;
    if (isRepeat || isNew || (isFirst && record === from)) lines.push(table.line[record]!);
  }
  if (header) lines.push(...repeatsOfLine(table, header.record));
  return lines.length > 0 ? { count: lines.length, line: lines[0]!, isBelowHeader: isFirst } : null;
}

function isSame(table: SampleTable, record: number, names: readonly string[]): boolean {
  if (table.cells(record) < names.length || !names.some((name) => /\p{L}/u.test(name))) return false;
  // A single name in another case is as likely a value.
  const form = (text: string): string => (names.length > 1 ? clean(text).toLowerCase() : clean(text));
  return names.every((name, column) => form(table.text(record, column)) === form(name));
}

const clean = (text: string): string => text.replace(/^\ufeff/, '').trim();

/** Whether a first row has words, and no marks of missing values, where the rows below it have numbers or dates. */
function isOfUnits(table: SampleTable, record: number, width: number): boolean {
  if (table.width[record] !== width || width < 2) return false;
  const families = new ColumnFamilies(table, record + 1, width);
  if (!families.isTextAboveValues(record)) return false;
  const above = families.measured
    .filter((column) => column < table.cells(record))
    .map((column) => table.text(record, column).trim())
    .filter(Boolean);
  return above.length > 0 && !above.some((text) => isMissing(text) || SHEET_ERROR.test(text));
}

/** What a spreadsheet shows in place of a value: `#DIV/0!`. */
const SHEET_ERROR = /^#[A-Z0-9/]+[!?]?$/;

const LINE_BREAKS = [0x0a, 0x0d];

/** The physical lines, past the records with cells, that are the line of the header once more. */
function repeatsOfLine(table: SampleTable, header: number): number[] {
  const last = table.detailed - 1;
  if (table.records <= table.detailed || header >= last) return [];
  const { sample } = table;
  const line = /^[^\r\n]*/.exec(sample.toString('latin1', table.from[header]!, table.from[header + 1]!))![0];
  if (!/[a-z\x80-\xff]/i.test(line)) return [];
  const lines: number[] = [];
  let counted = table.from[last]!;
  let number = table.line[last]!;
  for (let at = sample.indexOf(line, counted, 'latin1'); at >= 0; at = sample.indexOf(line, at + 1, 'latin1')) {
    const end = at + line.length;
    if (!LINE_BREAKS.includes(sample[at - 1]!) || (end < sample.length && !LINE_BREAKS.includes(sample[end]!)))
      continue;
    number += sample.toString('latin1', counted, at).split(/\r\n|\n|\r/).length - 1;
    counted = at;
    lines.push(number);
  }
  return lines;
}
