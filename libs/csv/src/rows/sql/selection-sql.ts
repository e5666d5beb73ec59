import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { rowsOfUpload } from '../../uploads/upload-tables.js';
import type { RowSelection } from '../request/rows-query.js';
import { Predicates } from './predicates.js';
import { Parameters } from './sql-values.js';

export type Query = SelectQueryBuilder<object>;

const ORDER = { asc: 'ASC', desc: 'DESC' } as const;

/** A selection of one upload's rows as SQL, from which the statements of pages, counts and exports are made. */
export class SelectionSql {
  constructor(
    private readonly dataSource: DataSource,
    private readonly upload: CsvUpload,
    readonly selection: RowSelection,
  ) {}

  /** All rows of the upload; the caller selects columns. */
  rows(source = this.upload.rows_table): Query {
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(source, 'r')
      .where(rowsOfUpload(this.upload.rows_table, ':uploadId'), { uploadId: this.upload.id }) as Query;
  }

  /** The selected rows in no order; the caller selects columns. */
  filtered(): Query {
    const parameters = new Parameters();
    const query = this.rows();
    for (const predicate of this.predicates(parameters).ofSelection(this.selection)) query.andWhere(predicate);
    return query.setParameters(parameters.values);
  }

  /**
   * `row_number` of the selected rows in their order. The caller sets the parameters, with those of its own conditions.
   * @param predicates made of those parameters.
   */
  ordered(predicates: Predicates, limit: number): Query {
    const query = this.rows().select('row_number', 'row_number').limit(limit);
    for (const predicate of predicates.ofSelection(this.selection)) query.andWhere(predicate);
    for (const { column, direction } of this.selection.sort) {
      query.addOrderBy(predicates.cell(column), ORDER[direction], 'NULLS LAST');
    }
    return query.addOrderBy('row_number', ORDER[this.selection.rowOrder]);
  }

  predicates(parameters: Parameters): Predicates {
    return new Predicates(parameters);
  }
}
