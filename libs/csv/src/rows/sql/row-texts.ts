import type { CsvColumn } from '@app/csv-format';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { CsvUpload } from '../../upload/upload.entity.js';
import type { Direction, ValueForm } from '../request/rows-query.js';
import { rowJson, unpackedData } from './cell-sql.js';

type Query = SelectQueryBuilder<object>;

const NUMBERED = '(SELECT * FROM unnest(CAST(:numbers AS int8[])) WITH ORDINALITY AS list (number, place))';

/** Queries for what is in rows whose numbers are known, as text that PostgreSQL has written. */
export class RowTexts {
  private readonly decimal: '.' | ',';

  constructor(
    private readonly dataSource: DataSource,
    private readonly upload: CsvUpload,
  ) {
    this.decimal = upload.dialect?.decimal ?? '.';
  }

  /** `row_number` and `json`, the row's data as a JSON object, of the rows in a range, in row order. */
  between(first: number, last: number, direction: Direction, columns: CsvColumn[], values: ValueForm): Query {
    return this.inRange(first, last)
      .select('place', 'row_number')
      .addSelect(rowJson(columns, this.decimal, values), 'json')
      .orderBy('place', direction === 'asc' ? 'ASC' : 'DESC');
  }

  /** As `between`, of the rows with these numbers, in this order. */
  numbered(numbers: number[], columns: CsvColumn[], values: ValueForm): Query {
    return this.inList(numbers)
      .select('row_number', 'row_number')
      .addSelect(rowJson(columns, this.decimal, values), 'json')
      .orderBy('place');
  }

  /**
   * `text`: `line` (SQL of ours) of each row in the range, one after the other in row order; `rows`: how many; `last`: the number of
   * the last. Past `longest` bytes the rest of the range is left to the next page.
   */
  linesBetween(first: number, last: number, direction: Direction, line: string, longest: number): Query {
    return this.joined(this.inRange(first, last), direction, line, longest);
  }

  /** As `linesBetween`, of the rows with these numbers in this order; `last` is a place in the list, from 1. */
  linesNumbered(numbers: number[], line: string, longest: number): Query {
    return this.joined(this.inList(numbers), 'asc', line, longest);
  }

  private inRange(first: number, last: number): Query {
    return this.unpacked(`row_number AS place`, '', 'row_number BETWEEN :first AND :last', { first, last });
  }

  private inList(numbers: number[]): Query {
    return this.unpacked('place, row_number', `JOIN ${NUMBERED} AS wanted ON wanted.number = row_number`, 'TRUE', {
      numbers,
    });
  }

  /** Rows with their data taken out of storage once; OFFSET 0 keeps the planner from putting it where it is used, many times over. */
  private unpacked(select: string, join: string, where: string, parameters: Record<string, unknown>): Query {
    const rows = `SELECT ${select}, ${unpackedData} AS data FROM ${this.upload.rows_table} ${join}
                   WHERE upload_id = :uploadId AND ${where} OFFSET 0`;
    return this.dataSource
      .createQueryBuilder()
      .select()
      .from(`(${rows})`, 'r')
      .setParameters({ uploadId: this.upload.id, ...parameters }) as Query;
  }

  /** The first row is always there, however long it is: else there would be no end. */
  private joined(rows: Query, direction: Direction, line: string, longest: number): Query {
    const order = `place ${direction}`;
    // OFFSET 0 as above: else `line` would be written out wherever it is named, and made three times.
    const lines = rows.select('place', 'place').addSelect(line, 'line').offset(0);
    const sized = `SELECT place, line, sum(octet_length(line)) OVER (ORDER BY ${order}) - octet_length(line) AS before
                     FROM (${lines.getQuery()}) AS lines`;
    return this.dataSource
      .createQueryBuilder()
      .select(`string_agg(line, '' ORDER BY ${order})`, 'text')
      .addSelect('count(*)', 'rows')
      .addSelect(direction === 'asc' ? 'max(place)' : 'min(place)', 'last')
      .from(`(${sized})`, 'sized')
      .where('before < :longest', { longest })
      .setParameters(lines.getParameters()) as Query;
  }
}
