import { type CsvColumn, splitCells } from '@app/csv-format';
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
 * @param typedOnPage which of some columns have such values on the page; see PageValues
 */
export async function warningsOf(
  query: RowsQuery,
  typedOnPage: (columns: CsvColumn[]) => Promise<ReadonlySet<CsvColumn>>,
): Promise<RowsWarning[]> {
  const ranges = query.conditions.flatMap(columnConditions).filter(({ operator }) => RANGES.has(operator));
  const ordered = [...ranges.map(({ column }) => column), ...query.sort.map(({ column }) => column)];
  const texts = [...new Set(ordered)].filter(({ type }) => type === 'text');
  const isCertain = new Map(texts.map((column) => [column, showsTyped(column, ranges)]));
  const typed = await typedOnPage(texts.filter((column) => !isCertain.get(column)));
  return texts.filter((column) => isCertain.get(column) || typed.has(column)).map(comparedAsText);
}

/** Whether a column shows to look like numbers or days without a look at the page. */
function showsTyped(column: CsvColumn, ranges: readonly ColumnCondition[]): boolean {
  if (column.would_be !== null) return true;
  return ranges.some((range) => range.column === column && boundsOf(range).some(looksTyped));
}

/** Looks at the rows of a page, one after the other, for columns of which more than half of the values look like numbers or days. */
export class PageValues {
  private readonly counts = new Map<CsvColumn, { filled: number; typed: number }>();

  constructor(columns: readonly CsvColumn[]) {
    for (const column of columns) this.counts.set(column, { filled: 0, typed: 0 });
  }

  /** @param cells of a row, as they are stored. It is cut once for all columns. */
  see(cells: string): void {
    const values = splitCells(cells);
    for (const [column, count] of this.counts) {
      const value = values[column.position - 1] ?? '';
      if (value === '') continue;
      count.filled += 1;
      if (looksTyped(value)) count.typed += 1;
    }
  }

  get typed(): ReadonlySet<CsvColumn> {
    return new Set([...this.counts].flatMap(([column, { filled, typed }]) => (typed > filled * SHARE ? [column] : [])));
  }
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
