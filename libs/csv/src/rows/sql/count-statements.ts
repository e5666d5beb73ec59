import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { RowSelection } from '../request/rows-query.js';
import { type Query, SelectionSql } from './selection-sql.js';
import { Parameters } from './sql-values.js';

/** The statements that count or estimate a selection. */
export class CountStatements {
  private readonly selected: SelectionSql;

  constructor(
    dataSource: DataSource,
    private readonly upload: CsvUpload,
    selection: RowSelection,
  ) {
    this.selected = new SelectionSql(dataSource, upload, selection);
  }

  /** `total`: how many rows are selected. */
  exact(): Query {
    return this.selected.filtered().select('count(*)', 'total');
  }

  /** `seen` rows in a sample of about `percent` of the table, and `total` of them that are selected. Repeatable. */
  sample(percent: number): Query {
    const sample = `(SELECT * FROM ${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1))`;
    const parameters = new Parameters();
    const conditions = this.selected.predicates(parameters).ofSelection(this.selected.selection);
    return this.selected
      .rows(sample)
      .select('count(*)', 'seen')
      .addSelect(`count(*) FILTER (WHERE ${conditions.join(' AND ')})`, 'total')
      .setParameters(parameters.values);
  }

  /** `QUERY PLAN`: PostgreSQL's plan for the selected rows as JSON; the rows are not read. */
  explain(): { sql: string; parameters: unknown[] } {
    const [sql, parameters] = this.selected.filtered().select('row_number', 'row_number').getQueryAndParameters();
    return { sql: `EXPLAIN (FORMAT JSON) ${sql}`, parameters };
  }
}
