import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { CsvUpload, UploadColumn } from '../../upload/upload.entity.js';
import type { Direction, RowSelection, ValueForm } from '../query/rows-query.js';
import { cellText, ROWS, rowJson } from './cell-sql.js';
import { Parameters } from './parameters.js';
import { Predicates } from './predicates.js';

export type RowsTable = Pick<CsvUpload, 'id' | 'rows_table'> & { decimal: '.' | ',' };

type Query = SelectQueryBuilder<object>;

/** Where a page begins: so many rows in, or behind a row that is known with its sort values (exact texts, null when empty). */
export type Start = { offset: number } | { after: Anchor };
export interface Anchor {
  rowNumber: number;
  sortValues: (string | null)[];
}

const ORDER = { asc: 'ASC', desc: 'DESC' } as const;

/** The one place where what a client asked becomes SQL, by TypeORM's query builder. Every query is about one upload's rows. */
export class RowsQueryCompiler {
  constructor(
    private readonly dataSource: DataSource,
    private readonly table: RowsTable,
  ) {}

  /** `row_number` of the selected rows, in their order. */
  rowNumbers(selection: RowSelection, start: Start, limit: number): Query {
    const parameters = new Parameters();
    const predicates = new Predicates(this.table.decimal, parameters);
    const query = this.rows().select(`${ROWS}.row_number`, 'row_number');
    for (const predicate of predicates.ofSelection(selection)) query.andWhere(predicate);
    if ('after' in start) query.andWhere(this.beyond(selection, start.after, predicates, parameters));
    for (const { column, direction } of selection.sort)
      query.addOrderBy(predicates.cell(column), ORDER[direction], 'NULLS LAST');
    query.addOrderBy(`${ROWS}.row_number`, ORDER[selection.rowOrder]).limit(limit);
    if ('offset' in start) query.offset(start.offset);
    return query.setParameters(parameters.values);
  }

  /** `row_number` of all selected rows, in no order. */
  rowNumbersOfAll(selection: RowSelection): Query {
    const parameters = new Parameters();
    const query = this.rows().select(`${ROWS}.row_number`, 'row_number');
    for (const predicate of new Predicates(this.table.decimal, parameters).ofSelection(selection))
      query.andWhere(predicate);
    return query.setParameters(parameters.values);
  }

  /** `total`: how many rows are selected. */
  count(selection: RowSelection): Query {
    return this.rowNumbersOfAll(selection).select('count(*)', 'total');
  }

  /** `row_number` and `json`, the text of the row's data, of the rows in a range, in row order. */
  rowsBetween(first: number, last: number, direction: Direction, columns: UploadColumn[], values: ValueForm): Query {
    return this.rowTexts(columns, values)
      .andWhere(`${ROWS}.row_number BETWEEN :first AND :last`, { first, last })
      .orderBy(`${ROWS}.row_number`, ORDER[direction]);
  }

  /** As `rowsBetween`, of the rows with these numbers, in no order. */
  rowsNumbered(rowNumbers: number[], columns: UploadColumn[], values: ValueForm): Query {
    return this.rowTexts(columns, values).andWhere(`${ROWS}.row_number = ANY(CAST(:numbers AS int8[]))`, {
      numbers: rowNumbers,
    });
  }

  /** `values`: the sort keys' exact texts in the row with this number, as an array. */
  sortValues(selection: RowSelection, rowNumber: number): Query {
    return this.rows()
      .select(`ARRAY[${selection.sort.map(({ column }) => cellText(column)).join(', ')}]::text[]`, 'values')
      .andWhere(`${ROWS}.row_number = :rowNumber`, { rowNumber });
  }

  private rows(): Query {
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(this.table.rows_table, ROWS)
      .where(`${ROWS}.upload_id = :uploadId`, { uploadId: this.table.id }) as Query;
  }

  private rowTexts(columns: UploadColumn[], values: ValueForm): Query {
    return this.rows()
      .select(`${ROWS}.row_number`, 'row_number')
      .addSelect(rowJson(columns, this.table.decimal, values), 'json');
  }

  /**
   * Behind the anchor in the selection's order: behind it by the first key, or level with it and behind by the next, and so on.
   * Empty cells come last both ways, so nothing but empty cells is behind a value's last, and nothing is behind an empty cell.
   */
  private beyond(
    selection: RowSelection,
    { rowNumber, sortValues }: Anchor,
    predicates: Predicates,
    parameters: Parameters,
  ): string {
    const rowSign = selection.rowOrder === 'asc' ? '>' : '<';
    let beyond = `${ROWS}.row_number ${rowSign} CAST(${parameters.add(rowNumber)} AS int8)`;
    for (const [index, { column, direction }] of [...selection.sort.entries()].reverse()) {
      const cell = predicates.cell(column);
      const anchor = sortValues[index] ?? null;
      if (anchor === null) {
        beyond = `(${cell} IS NULL AND ${beyond})`;
      } else {
        const value = predicates.value(column, anchor);
        const sign = direction === 'asc' ? '>' : '<';
        beyond = `(${cell} ${sign} ${value} OR ${cell} IS NULL OR (${cell} = ${value} AND ${beyond}))`;
      }
    }
    return beyond;
  }
}
