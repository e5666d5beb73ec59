import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { ExportPlan } from '../plan/rows-plan.js';
import { decimalOf } from '../request/columns.js';
import type { Direction, ExportQuery } from '../request/rows-query.js';
import { rowJson } from './cell-sql.js';
import { csvLine } from './csv-line.js';
import { RowContent } from './row-content.js';
import { type Query, SelectionSql } from './selection-sql.js';
import { Parameters } from './sql-values.js';

/** A page of an export ends after the line that passes this, however many rows were requested. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** The statements of one export: where planned the list of its rows, then the lines of each page. */
export class ExportStatements {
  private readonly selected: SelectionSql;
  private readonly content: RowContent;
  private readonly line: string;

  constructor(dataSource: DataSource, upload: CsvUpload, query: ExportQuery, plan: ExportPlan) {
    this.selected = new SelectionSql(dataSource, upload, query, plan.by === 'list' && plan.searchIndexed);
    this.content = new RowContent(dataSource, upload);
    const decimal = decimalOf(upload);
    this.line =
      query.format === 'csv'
        ? csvLine(query.columns, decimal, query.escapeFormulas)
        : `${rowJson(query.columns, decimal, query.values)} || E'\\n'`;
  }

  /** `numbers`: the selected rows' numbers in their order, four bytes each, as one bytea. */
  rowList(): Query {
    const { sort, rowOrder } = this.selected.selection;
    const predicates = this.selected.predicates(new Parameters());
    const keys = sort.map(({ column, direction }) => `${predicates.cell(column)} ${direction} NULLS LAST`);
    const order = [...keys, `row_number ${rowOrder}`].join(', ');
    return this.selected.filtered().select(`string_agg(int4send(row_number::int4), '' ORDER BY ${order})`, 'numbers');
  }

  /** `text`, `rows` and `last` (a row number) of a page of the file. */
  linesInRange(first: number, last: number, direction: Direction): Query {
    return this.content.linesInRange(first, last, direction, this.line, MAX_PAGE_BYTES);
  }

  /** `text`, `rows` and `last` (a position in `numbers`, from 1) of the rows with these numbers. */
  linesOfRows(numbers: number[]): Query {
    return this.content.linesOfRows(numbers, this.line, MAX_PAGE_BYTES);
  }
}
