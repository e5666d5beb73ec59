import type { CsvColumn } from '@app/csv-format';
import type { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { decimalOf } from '../request/columns.js';
import type { Direction, ValueForm } from '../request/rows-query.js';
import { rowJson, unpackedData } from './cell-sql.js';
import type { Query } from './selection-sql.js';

const NUMBERED = '(SELECT * FROM unnest(CAST(:numbers AS int8[])) WITH ORDINALITY AS list (number, place))';

/** Statements that read the contents of rows whose numbers are known, as text that PostgreSQL writes. */
export class RowContent {
  constructor(
    private readonly dataSource: DataSource,
    private readonly upload: CsvUpload,
  ) {}

  /** `row_number` and `json`, the row's data as a JSON object, of the rows in a range, in row order. */
  jsonInRange(first: number, last: number, direction: Direction, columns: CsvColumn[], values: ValueForm): Query {
    return this.inRange(first, last)
      .select('place', 'row_number')
      .addSelect(rowJson(columns, decimalOf(this.upload), values), 'json')
      .orderBy('place', direction === 'asc' ? 'ASC' : 'DESC');
  }

  /** As `jsonInRange`, of the rows with these numbers, in this order. */
  jsonOfRows(numbers: number[], columns: CsvColumn[], values: ValueForm): Query {
    return this.inList(numbers)
      .select('row_number', 'row_number')
      .addSelect(rowJson(columns, decimalOf(this.upload), values), 'json')
      .orderBy('place');
  }

  /**
   * One row: `text`, the `line` (SQL) of every row in the range, joined in row order; `rows`, how many; `last`, the number of the
   * last. It stops after the line that passes `maxBytes`.
   */
  linesInRange(first: number, last: number, direction: Direction, line: string, maxBytes: number): Query {
    return this.joined(this.inRange(first, last), direction, line, maxBytes);
  }

  /** As `linesInRange`, of the rows with these numbers in this order; `last` is a position in the list, from 1. */
  linesOfRows(numbers: number[], line: string, maxBytes: number): Query {
    return this.joined(this.inList(numbers), 'asc', line, maxBytes);
  }

  private inRange(first: number, last: number): Query {
    return this.unpacked(`row_number AS place`, '', 'row_number BETWEEN :first AND :last', { first, last });
  }

  private inList(numbers: number[]): Query {
    return this.unpacked('place, row_number', `JOIN ${NUMBERED} AS wanted ON wanted.number = row_number`, 'TRUE', {
      numbers,
    });
  }

  /** Rows whose data is unpacked once: OFFSET 0 stops the planner from inlining the expression wherever a cell is read. */
  private unpacked(select: string, join: string, where: string, parameters: Record<string, unknown>): Query {
    const rows = `SELECT ${select}, ${unpackedData} AS data FROM ${this.upload.rows_table} ${join}
                   WHERE upload_id = :uploadId AND ${where} OFFSET 0`;
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(`(${rows})`, 'r')
      .setParameters({ uploadId: this.upload.id, ...parameters }) as Query;
  }

  /** The first row is always included, however long it is; otherwise an export would never pass it. */
  private joined(rows: Query, direction: Direction, line: string, maxBytes: number): Query {
    const order = `place ${direction}`;
    // OFFSET 0 as above: inlined, `line` would be computed three times for each row.
    const lines = rows.select('place', 'place').addSelect(line, 'line').offset(0);
    const sized = `SELECT place, line, sum(octet_length(line)) OVER (ORDER BY ${order}) - octet_length(line) AS before
                     FROM (${lines.getQuery()}) AS lines`;
    return this.dataSource
      .createQueryBuilder()
      .select(`string_agg(line, '' ORDER BY ${order})`, 'text')
      .addSelect('count(*)', 'rows')
      .addSelect(direction === 'asc' ? 'max(place)' : 'min(place)', 'last')
      .from(`(${sized})`, 'sized')
      .where('before < :maxBytes', { maxBytes })
      .setParameters(lines.getParameters()) as Query;
  }
}
