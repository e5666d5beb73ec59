import { familyAt } from './header-likelihood.js';
import type { SampleTable } from './sample-table.js';

// Names of columns that are numbers: of stations, ports, doses, days. Such a record looks like a row of the table.

/** Whether names count up by one, as those of columns that nobody has named: three at least. */
export function isCount(names: readonly string[]): boolean {
  if (names.length < 3 || !names.every((name) => /^\d{1,3}$/.test(name))) return false;
  const [first] = names;
  return Number(first) <= 1 && names.every((name, column) => Number(name) === Number(first) + column);
}

/** A number, with or without a unit behind it: `0.5`, `10 mM`. */
const LABEL = /^\d+(?:\.\d+)?(?:\s?[^\d\s,.]{1,5})?$/u;
const PLAIN = /^-?\d+(?:[.,]\d+)?$/;
/** Of the rows, that may ascend as the labels of a scale do. */
const ROWS_OF_SCALE = 0.2;

/**
 * Whether a record that is taken for a row may name the columns by numbers behind a word or an empty cell: `date,4711,4712`. Then it ascends
 * and hardly any row does, or its first cell is empty or stands above dates only, or its others are whole above fractions, have
 * units above plain numbers, or are numbers above texts.
 */
export function mayBeLabels(table: SampleTable, record: number, names: readonly string[], width: number): boolean {
  const corner = (names[0] ?? '').trim();
  const labels = names.slice(1, width).map((name) => name.trim());
  if (labels.length < 2 || !/^(\p{L}|$)/u.test(corner) || !labels.every((label) => LABEL.test(label))) return false;
  const rows: number[] = [];
  for (let at = record + 1; at < table.detailed; at++) if (table.cells(at) === width) rows.push(at);
  if (rows.length < 2) return false;

  const below = (at: number): string[] => labels.map((_, i) => table.text(at, i + 1).trim());
  const areAll = (holds: (at: number) => boolean): boolean => rows.every(holds);
  if (corner === '' && areAll((at) => table.isFilled(at, 0))) return true;
  if (corner !== '' && areAll((at) => familyAt(table, at, 0) === 'date')) return true;
  if (areAll((at) => labels.every((_, i) => familyAt(table, at, i + 1) === 'text'))) return true;
  const haveUnits = labels.every((label) => !PLAIN.test(label));
  if (haveUnits && areAll((at) => below(at).every((value) => PLAIN.test(value)))) return true;
  const areWhole = labels.every((label) => /^\d+$/.test(label));
  if (areWhole && areAll((at) => below(at).every((value) => /^-?\d+[.,]\d+$/.test(value)))) return true;
  const ascending = rows.filter((at) => ascends(below(at))).length;
  return labels.length > 2 && ascends(labels) && ascending <= rows.length * ROWS_OF_SCALE;
}

const ascends = (numbers: readonly string[]): boolean => {
  const values = numbers.map((number) => Number.parseFloat(number.replace(',', '.')));
  return values.every((value, i) => i === 0 || value > values[i - 1]!);
};
