import type { CsvColumn } from '@app/csv-format';
import type { Comparison, Condition, RowSelection, TextMatch } from '../request/rows-query.js';
import { caseless, cellText, comparable, joinedValues, searchText, VALUE_SEPARATOR } from './cell-sql.js';
import type { Parameters } from './parameters.js';

const SIGNS: Record<Comparison, string> = { eq: '=', ne: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };

/** Escapes what LIKE would take for a wildcard. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const LIKE_PATTERNS: Record<TextMatch, (escaped: string) => string> = {
  contains: (escaped) => `%${escaped}%`,
  starts_with: (escaped) => `${escaped}%`,
  ends_with: (escaped) => `%${escaped}`,
};

/** Each value that is picked by key has a big row taken out of storage anew; of so many columns one look at all of them is faster. */
const MOST_JOINED_COLUMNS = 64;

export interface TableFacts {
  columns: CsvColumn[];
  decimal: '.' | ',';
}

/** Turns a selection's conditions into SQL over an upload's rows. */
export class Predicates {
  constructor(
    private readonly table: TableFacts,
    private readonly parameters: Parameters,
    private readonly searchIndexed: boolean,
  ) {}

  /** What each row of the selection must fulfil; all must hold. */
  ofSelection({ conditions, search }: RowSelection): string[] {
    const each = conditions.map((condition) => this.ofCondition(condition));
    return search === null ? each : [...each, ...this.ofSearch(search)];
  }

  /** What the cells of a column are compared by. */
  cell(column: CsvColumn): string {
    return comparable(column.type, this.table.decimal, cellText(column));
  }

  /** A value in the form of a cell, ready to be compared with `cell`. */
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
        return this.like(cellText(column), LIKE_PATTERNS[condition.operator](likeLiteral(condition.text)));
      default:
        return `${this.cell(column)} ${SIGNS[condition.operator]} ${this.value(column, condition.value)}`;
    }
  }

  /**
   * Any value holds the text. `searchText` lets nothing slip that is in a value, and can be indexed; whether the text is really in
   * a value is seen in the joined values, or, of very many or with a text that holds their separator, in each by itself.
   */
  private ofSearch(search: string): string[] {
    const anywhere = `%${likeLiteral(search)}%`;
    const joinable = this.table.columns.length <= MOST_JOINED_COLUMNS && !search.includes(VALUE_SEPARATOR);
    const exact = joinable
      ? this.like(joinedValues(this.table.columns), anywhere)
      : `EXISTS (SELECT FROM jsonb_each_text(data) AS cell WHERE ${this.like('cell.value', anywhere)})`;
    if (joinable && !this.searchIndexed) return [exact];
    const escaped = JSON.stringify(search).slice(1, -1);
    // The planner takes both for independent, and a search that finds a tenth of the rows for one that finds hardly any; what it
    // cannot look into it takes for half.
    return [this.like(searchText, `%${likeLiteral(escaped)}%`), `coalesce(${exact}, FALSE)`];
  }

  private like(text: string, pattern: string): string {
    return `${caseless(text)} LIKE ${caseless(`CAST(${this.parameters.add(pattern)} AS text)`)}`;
  }
}
