import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import type { RowSelection } from '../request/rows-query.js';
import { cellText } from './cell-sql.js';
import { Parameters } from './parameters.js';
import { Predicates } from './predicates.js';
import { type Anchor, stepsBehind } from './steps-behind.js';

type Query = SelectQueryBuilder<object>;

/** Where a page begins: so many rows in, or behind a row. */
export type Start = { offset: number } | { after: Anchor };

export interface RowNumberOptions {
  /** Tell `total` with each row: how many are selected in all, behind the start. */
  withTotal?: boolean;
  /** Look at rows with these numbers only. */
  within?: { first: number; last: number };
}

export interface CompilerOptions {
  /** There is an index for `search`, so ask in a way that it understands. */
  searchIndexed: boolean;
}

const ORDER = { asc: 'ASC', desc: 'DESC' } as const;

/**
 * The one place where what a client asked becomes SQL, by TypeORM's query builder. Every query is about one upload's rows, and finds
 * them by number; what is in them is the RowTexts' matter.
 */
export class RowsQueryCompiler {
  private readonly decimal: '.' | ',';

  constructor(
    private readonly dataSource: DataSource,
    private readonly upload: CsvUpload,
    private readonly options: CompilerOptions = { searchIndexed: false },
  ) {
    this.decimal = upload.dialect?.decimal ?? '.';
  }

  /** `row_number` of the selected rows, in their order. */
  rowNumbers(selection: RowSelection, start: Start, limit: number, options: RowNumberOptions = {}): Query {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    if ('offset' in start) {
      return this.ordered(selection, predicates, limit, options).offset(start.offset).setParameters(parameters.values);
    }
    const steps = stepsBehind(selection, start.after, predicates, parameters);
    const behind = steps.map((step) => `(${step})`).join(' OR ');
    return this.ordered(selection, predicates, limit, options).andWhere(`(${behind})`).setParameters(parameters.values);
  }

  /** As `rowNumbers` behind a row, in pieces: each is in order, and so are they. For when an index has that order too. */
  rowNumbersInSteps(selection: RowSelection, after: Anchor, limit: number): Query[] {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    return stepsBehind(selection, after, predicates, parameters).map((step) =>
      this.ordered(selection, predicates, limit, {}).andWhere(step).setParameters(parameters.values),
    );
  }

  /** `row_number` of all selected rows, in no order. */
  allRowNumbers(selection: RowSelection): Query {
    return this.select(this.rows(), selection).select('row_number', 'row_number');
  }

  /** `total`: how many rows are selected. */
  count(selection: RowSelection): Query {
    return this.select(this.rows(), selection).select('count(*)', 'total');
  }

  /** `seen` rows in a sample of about so many percent of the table, and `total` of them that are selected. The same each time. */
  countSample(selection: RowSelection, percent: number): Query {
    const sample = `(SELECT * FROM ${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1))`;
    const parameters = new Parameters();
    const selected = this.predicates(parameters).ofSelection(selection);
    return this.rows(sample)
      .select('count(*)', 'seen')
      .addSelect(`count(*) FILTER (WHERE ${selected.join(' AND ')})`, 'total')
      .setParameters(parameters.values);
  }

  /** `numbers`: the selected rows' numbers in their order, four bytes each, as one bytea. */
  numberList(selection: RowSelection): Query {
    const parameters = new Parameters();
    const predicates = this.predicates(parameters);
    const keys = selection.sort.map(({ column, direction }) => `${predicates.cell(column)} ${direction} NULLS LAST`);
    const order = [...keys, `row_number ${selection.rowOrder}`].join(', ');
    return this.select(this.rows(), selection).select(
      `string_agg(int4send(row_number::int4), '' ORDER BY ${order})`,
      'numbers',
    );
  }

  /** `values`: the sort keys' exact texts in the row with this number, as an array. */
  sortValues(selection: RowSelection, rowNumber: number): Query {
    return this.rows()
      .select(`ARRAY[${selection.sort.map(({ column }) => cellText(column)).join(', ')}]::text[]`, 'values')
      .andWhere('row_number = :rowNumber', { rowNumber });
  }

  private rows(source = this.upload.rows_table): Query {
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(source, 'r')
      .where('upload_id = :uploadId', { uploadId: this.upload.id }) as Query;
  }

  private predicates(parameters: Parameters): Predicates {
    const table = { columns: this.upload.columns, decimal: this.decimal };
    return new Predicates(table, parameters, this.options.searchIndexed);
  }

  private ordered(
    selection: RowSelection,
    predicates: Predicates,
    limit: number,
    { withTotal, within }: RowNumberOptions,
  ): Query {
    const query = this.rows().select('row_number', 'row_number').limit(limit);
    if (withTotal) query.addSelect('count(*) OVER ()', 'total');
    if (within) query.andWhere('row_number BETWEEN :first AND :last', within);
    for (const predicate of predicates.ofSelection(selection)) query.andWhere(predicate);
    for (const { column, direction } of selection.sort) {
      query.addOrderBy(predicates.cell(column), ORDER[direction], 'NULLS LAST');
    }
    return query.addOrderBy('row_number', ORDER[selection.rowOrder]);
  }

  private select(query: Query, selection: RowSelection): Query {
    const parameters = new Parameters();
    for (const predicate of this.predicates(parameters).ofSelection(selection)) query.andWhere(predicate);
    return query.setParameters(parameters.values);
  }
}
