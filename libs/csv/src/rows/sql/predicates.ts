import type { CsvColumn } from '@app/csv-format';
import { escapeLike, foldCase } from '@app/database';
import type { Decimal } from '../request/columns.js';
import type { Comparison, Condition, RowSelection, TextMatch } from '../request/rows-query.js';
import { ALL_CELLS, asked, cellText, comparable } from './cell-sql.js';
import type { Parameters } from './sql-values.js';

const SIGNS: Record<Comparison, string> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

const LIKE_PATTERNS: Record<TextMatch, (escaped: string) => string> = {
  contains: (escaped) => `%${escaped}%`,
  starts_with: (escaped) => `${escaped}%`,
  ends_with: (escaped) => `%${escaped}`,
};

/** Compiles a selection's conditions to SQL over an upload's rows. */
export class Predicates {
  constructor(
    private readonly decimal: Decimal,
    private readonly parameters: Parameters,
  ) {}

  /** The conditions of the selection; a row must fulfil all of them. */
  ofSelection({ conditions, search }: RowSelection): string[] {
    const each = conditions.map((condition) => this.ofCondition(condition));
    return search === null ? each : [...each, this.ofSearch(search)];
  }

  /** The value that cells of a column are compared by. */
  cell(column: CsvColumn): string {
    return comparable(column.type, this.decimal, cellText(column));
  }

  /** A parameter, given as the exact text of a cell, to be compared with `cell`. */
  value(column: CsvColumn, text: string): string {
    return comparable(column.type, this.decimal, `CAST(${this.parameters.add(asked(text))} AS text)`);
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
        return this.like(cellText(column), LIKE_PATTERNS[condition.operator](escapeLike(asked(condition.text))));
      default:
        return `${this.cell(column)} ${SIGNS[condition.operator]} ${this.value(column, condition.value)}`;
    }
  }

  private ofSearch(search: string): string {
    return this.like(ALL_CELLS, `%${escapeLike(asked(search))}%`);
  }

  private like(text: string, pattern: string): string {
    return `${foldCase(text)} LIKE ${foldCase(`CAST(${this.parameters.add(pattern)} AS text)`)}`;
  }
}
