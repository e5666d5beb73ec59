import type { UploadColumn } from '../../upload/upload.entity.js';
import type { Comparison, Condition, RowSelection, TextMatch } from '../query/rows-query.js';
import { caseless, cellText, comparable, ROWS } from './cell-sql.js';
import type { Parameters } from './parameters.js';

const SIGNS: Record<Comparison, string> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Escapes what LIKE would take for a wildcard. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const LIKE_PATTERNS: Record<TextMatch, (escaped: string) => string> = {
  contains: (escaped) => `%${escaped}%`,
  starts_with: (escaped) => `${escaped}%`,
  ends_with: (escaped) => `%${escaped}`,
};

/** Turns a selection's conditions into SQL over the rows `r`. */
export class Predicates {
  constructor(
    private readonly decimal: '.' | ',',
    private readonly parameters: Parameters,
  ) {}

  /** What each row of the selection must fulfil; all must hold. */
  ofSelection({ conditions, search }: RowSelection): string[] {
    const each = conditions.map((condition) => this.ofCondition(condition));
    return search === null ? each : [...each, ...this.ofSearch(search)];
  }

  /** What the cells of a column are compared by. */
  cell(column: UploadColumn): string {
    return comparable(column.type, this.decimal, cellText(column));
  }

  /** A value in the form of a cell, ready to be compared with `cell`. */
  value(column: UploadColumn, text: string): string {
    return comparable(column.type, this.decimal, `CAST(${this.parameters.add(text)} AS text)`);
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
        return this.like(caseless(cellText(column)), LIKE_PATTERNS[condition.operator](likeLiteral(condition.text)));
      default:
        return `${this.cell(column)} ${SIGNS[condition.operator]} ${this.value(column, condition.value)}`;
    }
  }

  /**
   * Any value holds the text. The first predicate looks at all values of a row at once, as the text of a JSON array, and lets
   * nothing slip that the second would find; the second looks at each value itself.
   */
  private ofSearch(search: string): string[] {
    const asJson = JSON.stringify(search).slice(1, -1);
    const eachValue = this.like(caseless('cell.value'), `%${likeLiteral(search)}%`);
    return [
      this.like(caseless(`CAST(jsonb_path_query_array(${ROWS}.data, '$.*') AS text)`), `%${likeLiteral(asJson)}%`),
      `EXISTS (SELECT FROM jsonb_each_text(${ROWS}.data) AS cell WHERE ${eachValue})`,
    ];
  }

  private like(text: string, pattern: string): string {
    return `${text} LIKE ${caseless(`CAST(${this.parameters.add(pattern)} AS text)`)}`;
  }
}
