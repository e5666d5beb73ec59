import { ANY, type CsvColumn, NONE, narrow, splitCells } from '@app/csv-format';
import { type ColumnCondition, columnConditions } from './conditions.js';
import type { RowsQuery } from './rows-query.js';

/** What a client should know about how its answer was found. */
export interface RowsWarning {
  /** A range or an order by the characters of texts that look like numbers or days: `9` is greater than `10`. */
  code: 'compared_as_text';
  message: string;
  /** Its key. */
  column: string;
}

const RANGES: ReadonlySet<ColumnCondition['operator']> = new Set(['gt', 'gte', 'lt', 'lte', 'between']);

/**
 * The warnings of an answer, one for each column. A column of text looks like numbers or days if it nearly has another type, if a range is
 * given by such a value, or if all of its values on the page are such.
 * @param typedOnPage which of some columns have only values on the page that look like numbers or days; see PageValues
 */
export async function warningsOf(
  query: RowsQuery,
  typedOnPage: (columns: CsvColumn[]) => Promise<ReadonlySet<CsvColumn>>,
): Promise<RowsWarning[]> {
  const ranges = query.conditions.flatMap(columnConditions).filter(({ operator }) => RANGES.has(operator));
  const ordered = [...ranges.map(({ column }) => column), ...query.sort.map(({ column }) => column)];
  const texts = [...new Set(ordered)].filter(({ type }) => type === 'text');
  const isCertain = new Map(texts.map((column) => [column, looksTyped(column, ranges)]));
  const typed = await typedOnPage(texts.filter((column) => !isCertain.get(column)));
  return texts.filter((column) => isCertain.get(column) || typed.has(column)).map(comparedAsText);
}

/** Whether that shows without a look at the page. */
function looksTyped(column: CsvColumn, ranges: readonly ColumnCondition[]): boolean {
  if (column.would_be !== null) return true;
  return ranges.some((range) => range.column === column && boundsOf(range).some(isTyped));
}

/** Looks at the rows of a page, one after the other, for columns whose values all look like numbers or days. */
export class PageValues {
  private readonly filled = new Map<CsvColumn, number>();

  constructor(columns: readonly CsvColumn[]) {
    for (const column of columns) this.filled.set(column, 0);
  }

  /** Whether no row that follows can change the result. Most columns of text show with their first value that they are. */
  get isDecided(): boolean {
    return this.filled.size === 0;
  }

  /** @param cells of a row, as they are stored. It is cut once for all columns. */
  see(cells: string): void {
    const values = splitCells(cells);
    for (const [column, filled] of this.filled) {
      const value = values[column.position - 1] ?? '';
      if (value === '') continue;
      if (isTyped(value)) this.filled.set(column, filled + 1);
      else this.filled.delete(column);
    }
  }

  /** One value alone shows nothing. */
  get typed(): ReadonlySet<CsvColumn> {
    return new Set([...this.filled].flatMap(([column, filled]) => (filled > 1 ? [column] : [])));
  }
}

function boundsOf(range: ColumnCondition): string[] {
  if (range.operator === 'between') return [range.low, range.high];
  return 'value' in range ? [range.value] : [];
}

function isTyped(text: string): boolean {
  const bytes = Buffer.from(text);
  return bytes.length > 0 && narrow(ANY, bytes, 0, bytes.length) !== NONE;
}

const comparedAsText = ({ key }: CsvColumn): RowsWarning => ({
  code: 'compared_as_text',
  message: `The column ${JSON.stringify(key)} is text, so its values are compared by their characters ("9" is greater than "10"), though they look like numbers or days. PATCH columns/${key}/ changes its type.`,
  column: key,
});
