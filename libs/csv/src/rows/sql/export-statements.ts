import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { Direction, ExportQuery } from '../request/rows-query.js';
import { type PageLimit, RowContent } from './row-content.js';
import { type Query, SelectionSql } from './selection-sql.js';
import { Parameters } from './sql-values.js';

/** A page of an export ends after the row that passes this, however many rows were requested. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** The statements of one export: where planned the list of its rows, then the cells of each page. */
export class ExportStatements {
  private readonly selected: SelectionSql;
  private readonly content: RowContent;
  private readonly limit: PageLimit;

  /** @param bytesPerRow what the export writes for a row beside its cells */
  constructor(dataSource: DataSource, upload: CsvUpload, query: ExportQuery, bytesPerRow: number) {
    this.selected = new SelectionSql(dataSource, upload, query);
    this.content = new RowContent(dataSource, upload);
    this.limit = { maxBytes: MAX_PAGE_BYTES, bytesPerRow };
  }

  /** `numbers`: the selected rows' numbers in their order, four bytes each, as one bytea. */
  rowList(): Query {
    const { sort, rowOrder } = this.selected.selection;
    const predicates = this.selected.predicates(new Parameters());
    const keys = sort.map(({ column, direction }) => `${predicates.cell(column)} ${direction} NULLS LAST`);
    const order = [...keys, `row_number ${rowOrder}`].join(', ');
    return this.selected.filtered().select(`string_agg(int4send(row_number::int4), '' ORDER BY ${order})`, 'numbers');
  }

  /** `cells`, `rows` and `last` (a row number) of a page of the file. */
  range(first: number, last: number, direction: Direction): Query {
    return this.content.joinedRange(first, last, direction, this.limit);
  }

  /** `cells`, `rows` and `last` (a position in `numbers`, from 1) of the rows with these numbers. */
  rows(numbers: number[]): Query {
    return this.content.joinedRows(numbers, this.limit);
  }
}
