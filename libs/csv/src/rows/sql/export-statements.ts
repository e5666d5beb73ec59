import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { rowsOfUpload } from '../../uploads/upload-tables.js';
import type { Direction, ExportQuery } from '../request/rows-query.js';
import { type Query, SelectionSql } from './selection-sql.js';
import { literal, Parameters } from './sql-values.js';

/** A page of an export ends after the row that passes this, however many rows were requested. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/**
 * The statements of one export: where planned the list of its rows, then the rows of each page as a COPY of `place` (bigint) and `cells`.
 * COPY takes no parameters; what stands in its text are numbers and the id of the upload.
 */
export class ExportStatements {
  private readonly selected: SelectionSql;

  /** @param bytesPerRow what the export writes for a row beside its cells */
  constructor(
    dataSource: DataSource,
    private readonly upload: CsvUpload,
    query: ExportQuery,
    private readonly bytesPerRow: number,
  ) {
    this.selected = new SelectionSql(dataSource, upload, query);
  }

  /** `numbers`: the selected rows' numbers in their order, four bytes each, as one bytea. */
  rowList(): Query {
    const { sort, rowOrder } = this.selected.selection;
    const predicates = this.selected.predicates(new Parameters());
    const keys = sort.map(({ column, direction }) => `${predicates.cell(column)} ${direction} NULLS LAST`);
    const order = [...keys, `row_number ${rowOrder}`].join(', ');
    return this.selected.filtered().select(`string_agg(int4send(row_number::int4), '' ORDER BY ${order})`, 'numbers');
  }

  /** The rows in a range of the file; the place of a row is its number. */
  range(first: number, last: number, direction: Direction): string {
    const { table, ofUpload } = this;
    return this.page(
      `SELECT row_number AS place, cells FROM ${table} WHERE ${ofUpload} AND row_number BETWEEN ${first} AND ${last}`,
      direction,
    );
  }

  /**
   * The rows with these numbers, in this order; the first is at `place`. Each row is looked up by its number, which LIMIT makes sure of: for
   * thousands of numbers PostgreSQL would rather read the whole table for each page, which took 46 us for a row of an export and not 3.
   */
  rows(numbers: number[], place: number): string {
    const { table, ofUpload } = this;
    return this.page(
      `SELECT position + ${place - 1} AS place, cells
         FROM unnest('{${numbers.join(',')}}'::int8[]) WITH ORDINALITY AS list (number, position)
        CROSS JOIN LATERAL (SELECT cells FROM ${table} WHERE ${ofUpload} AND row_number = number LIMIT 1) AS found`,
      'asc',
    );
  }

  private get table(): string {
    return this.upload.rows_table;
  }

  private get ofUpload(): string {
    return rowsOfUpload(this.upload.rows_table, literal(this.upload.id));
  }

  /** The first row is always included, however long it is; otherwise an export would never pass it. */
  private page(rows: string, direction: Direction): string {
    return `COPY (SELECT place, cells
                    FROM (SELECT place, cells, sum(octet_length(cells) + ${this.bytesPerRow}) OVER
                                 (ORDER BY place ${direction} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                            FROM (${rows}) AS listed) AS sized
                   WHERE before IS NULL OR before < ${MAX_PAGE_BYTES}
                   ORDER BY place ${direction}) TO STDOUT (FORMAT binary)`;
  }
}
