import type { CsvColumn } from '@app/csv-format';
import { type ColumnCondition, columnConditions } from './conditions.js';
import type { RowsQuery } from './rows-query.js';
import { looksTyped } from './typed-looks.js';

/** What a client should know about how its answer was found. */
export interface RowsWarning {
  /** A range or an order by the characters of texts that look like numbers or days: `9` is greater than `10`. */
  code: 'compared_as_text';
  message: string;
  /** Its key. */
  column: string;
}

const RANGES: ReadonlySet<ColumnCondition['operator']> = new Set(['gt', 'gte', 'lt', 'lte', 'between']);

/** A column looks like numbers or days where more of its values on the page do. */
const SHARE = 0.5;

/**
 * The warnings of an answer, one for each column. A column of text looks like numbers or days if it nearly has another type, if a range is
 * given by what looks so, or if more than half of its values on the page look so.
 * @param valuesOf the stored texts of a column on the page, without empty ones.
 */
export function warningsOf(query: RowsQuery, valuesOf: (column: CsvColumn) => string[]): RowsWarning[] {
  const ranges = query.conditions.flatMap(columnConditions).filter(({ operator }) => RANGES.has(operator));
  const ordered = [...ranges.map(({ column }) => column), ...query.sort.map(({ column }) => column)];
  const texts = [...new Set(ordered)].filter(({ type }) => type === 'text');
  return texts.filter((column) => isLikelyTyped(column, ranges, valuesOf)).map(comparedAsText);
}

function isLikelyTyped(
  column: CsvColumn,
  ranges: readonly ColumnCondition[],
  valuesOf: (column: CsvColumn) => string[],
): boolean {
  if (column.would_be !== null) return true;
  const bounds = ranges.flatMap((range) => (range.column === column ? boundsOf(range) : []));
  if (bounds.some(looksTyped)) return true;
  const values = valuesOf(column);
  return values.filter(looksTyped).length > values.length * SHARE;
}

function boundsOf(range: ColumnCondition): string[] {
  if (range.operator === 'between') return [range.low, range.high];
  return 'value' in range ? [range.value] : [];
}

const comparedAsText = ({ key }: CsvColumn): RowsWarning => ({
  code: 'compared_as_text',
  message: `The column ${JSON.stringify(key)} is text, so its values are compared by their characters ("9" is greater than "10"), though they look like numbers or days. PATCH columns/${key}/ changes its type, where all of its values have one form.`,
  column: key,
});
