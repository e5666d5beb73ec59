import type { CsvColumn } from '@app/csv-format';
import { escapeLike, foldCase } from '@app/database';
import type { Decimal } from '../request/columns.js';
import type { Comparison, Condition, RowSelection, TextMatch } from '../request/rows-query.js';
import { cellText, comparable, joinedValues, searchText, VALUE_SEPARATOR } from './cell-sql.js';
import type { Parameters } from './sql-values.js';

const SIGNS: Record<Comparison, string> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

const LIKE_PATTERNS: Record<TextMatch, (escaped: string) => string> = {
  contains: (escaped) => `%${escaped}%`,
  starts_with: (escaped) => `${escaped}%`,
  ends_with: (escaped) => `%${escaped}`,
};

/** Reading a value by key decompresses a big row again. With more columns than this, one pass over all values is faster. */
const MAX_JOINED_COLUMNS = 64;

interface RowsTable {
  columns: CsvColumn[];
  decimal: Decimal;
}

/** Compiles a selection's conditions to SQL over an upload's rows. */
export class Predicates {
  constructor(
    private readonly table: RowsTable,
    private readonly parameters: Parameters,
    private readonly searchIndexed: boolean,
  ) {}

  /** The conditions of the selection; a row must fulfil all of them. */
  ofSelection({ conditions, search }: RowSelection): string[] {
    const each = conditions.map((condition) => this.ofCondition(condition));
    return search === null ? each : [...each, ...this.ofSearch(search)];
  }

  /** The value that cells of a column are compared by. */
  cell(column: CsvColumn): string {
    return comparable(column.type, this.table.decimal, cellText(column));
  }

  /** A parameter, given as the text of a cell, to be compared with `cell`. */
  value(column: CsvColumn, text: string): string {
    return comparable(column.type, this.table.decimal, `CAST(${this.parameters.add(text)} AS text)`);
  }

  private ofCondition(condition: Condition): string {
    const { column } = condition;
    switch (condition.operator) {
      case 'is_null':
        return `${this.cell(column)} IS ${condition.empty ? '' : 'NOT '}NULL`;
      case 'in': {
        const values = condition.values.map((value) => this.value(column, value));
        return values.length === 0 ? 'FALSE' : `${this.cell(column)} IN (${values.join(', ')})`;
      }
      case 'between':
        return `${this.cell(column)} BETWEEN ${this.value(column, condition.low)} AND ${this.value(column, condition.high)}`;
      case 'contains':
      case 'starts_with':
      case 'ends_with':
        return this.like(cellText(column), LIKE_PATTERNS[condition.operator](escapeLike(condition.text)));
      default:
        return `${this.cell(column)} ${SIGNS[condition.operator]} ${this.value(column, condition.value)}`;
    }
  }

  /**
   * Some value contains the text. `searchText` can be indexed and has no false negatives. The second condition is exact: it looks at the
   * joined values, or at each value where there are very many columns or the text contains the separator.
   */
  private ofSearch(search: string): string[] {
    const anywhere = `%${escapeLike(search)}%`;
    const joinable = this.table.columns.length <= MAX_JOINED_COLUMNS && !search.includes(VALUE_SEPARATOR);
    const exact = joinable
      ? this.like(joinedValues(this.table.columns), anywhere)
      : `EXISTS (SELECT FROM jsonb_each_text(data) AS cell WHERE ${this.like('cell.value', anywhere)})`;
    if (joinable && !this.searchIndexed) return [exact];
    const escaped = JSON.stringify(search).slice(1, -1);
    // The planner multiplies the selectivities of both conditions as if they were independent, and would expect far too few rows.
    // It cannot estimate coalesce(), and assumes one half.
    return [this.like(searchText, `%${escapeLike(escaped)}%`), `coalesce(${exact}, FALSE)`];
  }

  private like(text: string, pattern: string): string {
    return `${foldCase(text)} LIKE ${foldCase(`CAST(${this.parameters.add(pattern)} AS text)`)}`;
  }
}
