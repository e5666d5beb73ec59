import type { CsvColumn } from '@app/csv-format';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { rowsOfUpload } from '../../uploads/upload-tables.js';
import { decimalOf } from '../request/columns.js';
import { CELL_ARRAY, cellText, comparable, exactText } from '../sql/cell-sql.js';
import { literal } from '../sql/sql-values.js';

/** Minimum, maximum and the most frequent values are cut to this length, because people read them. */
const SHOWN_CHARACTERS = 500;
const TOP_VALUES = 10;
export const BUCKETS = 20;

/** An escaped character takes at most this many. */
const LONGEST_ESCAPE = 3;

/** Statements that read all rows of an upload. */
export class ProfileSql {
  constructor(private readonly upload: CsvUpload) {}

  /** @param text SQL for the column's cell, by default in the array of `rows` */
  private value(column: CsvColumn, text = `cell[${column.position}]`): string {
    return comparable(column.type, decimalOf(this.upload), text);
  }

  private shown(text: string): string {
    return `left(${exactText(text, this.upload.has_escapes)}, ${SHOWN_CHARACTERS})`;
  }

  /** A compared value as text; equal values have equal texts. Instants are microseconds since 1970. */
  private asText(column: CsvColumn, value: string): string {
    // Negative zero equals zero but has another text.
    if (column.type === 'number') return `CAST(${value} + 0 AS text)`;
    if (column.type === 'datetime') return `CAST(CAST(extract(epoch FROM ${value}) * 1000000 AS int8) AS text)`;
    return `CAST(${value} AS text)`;
  }

  /** All rows as an array `cell`. OFFSET 0 keeps the planner from splitting a row again for each cell. */
  private rows(table = this.upload.rows_table): string {
    return `(SELECT ${CELL_ARRAY} AS cell FROM ${table} WHERE ${this.ofUpload} OFFSET 0) AS r`;
  }

  private get ofUpload(): string {
    return rowsOfUpload(this.upload.rows_table, literal(this.upload.id));
  }

  /** One row: `filled_<n>`, `min_<n>`, `max_<n>` of the n-th of `columns`. */
  extremes(columns: CsvColumn[]): string {
    const facts = columns.map((column, n) => {
      const isText = column.type === 'text';
      // Texts are cut before they are compared: the smallest prefix is the prefix of the smallest text.
      const prefix = SHOWN_CHARACTERS * (this.upload.has_escapes ? LONGEST_ESCAPE : 1);
      const value = isText ? `left(${this.value(column)}, ${prefix})` : this.value(column);
      const [least, greatest] = (column.type === 'boolean' ? ['bool_and', 'bool_or'] : ['min', 'max']).map(
        (aggregate) => (isText ? this.shown(`${aggregate}(${value})`) : this.asText(column, `${aggregate}(${value})`)),
      );
      return `count(cell[${column.position}]) AS filled_${n}, ${least} AS min_${n}, ${greatest} AS max_${n}`;
    });
    return `SELECT ${facts.join(', ')} FROM ${this.rows()}`;
  }

  /** One row for each of `columns` that has a value: its index `n`, `different` (how many values), `seen` (how many cells with a value), and `top`, the most frequent values with their counts, as JSON. */
  values(columns: CsvColumn[], table?: string): string {
    const cells = columns.map((column, n) => `(${n}, ${this.asText(column, this.value(column))})`);
    return `WITH groups AS MATERIALIZED (
        SELECT n, value, count(*) AS count
          FROM ${this.rows(table)}, LATERAL (VALUES ${cells.join(', ')}) AS cell (n, value)
         WHERE value IS NOT NULL GROUP BY n, value),
      ranked AS (
        SELECT n, value, count, count(*) OVER (PARTITION BY n) AS different, sum(count) OVER (PARTITION BY n) AS seen,
               row_number() OVER (PARTITION BY n ORDER BY count DESC, value COLLATE "C") AS rank FROM groups)
      SELECT n, different, seen, json_agg(json_build_object('value', ${this.shown('value')}, 'count', count) ORDER BY rank) AS top
        FROM ranked WHERE rank <= ${TOP_VALUES} GROUP BY n, different, seen`;
  }

  /** As `values`, from a sample of about `percent` of an upload's own table. */
  sampledValues(column: CsvColumn, percent: number): string {
    return this.values([column], `${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`);
  }

  /** `different`: the distinct values whose hash ends in `bits` zeros, which is one in 2^`bits` however often each occurs. */
  distinctByHash(column: CsvColumn, bits: number): string {
    const value = this.value(column, cellText(column));
    return `SELECT count(*) AS different FROM (
        SELECT FROM ${this.upload.rows_table}
         WHERE ${this.ofUpload} AND hashtextextended(CAST(${value} AS text), 0) & ${2 ** bits - 1} = 0 GROUP BY ${value})`;
  }

  /** `n`, `bucket` (from 1) and `count`: 20 buckets for each of `columns` between its bounds in the arrays `$1` and `$2`. */
  histograms(columns: CsvColumn[]): string {
    const cells = columns.map((column, n) => {
      const bound = (parameter: string) => `(${parameter}::float8[])[${n + 1}]`;
      return `(${n}, width_bucket(CAST(${this.value(column)} AS float8), ${bound('$1')}, ${bound('$2')}, ${BUCKETS}))`;
    });
    return `SELECT n, least(bucket, ${BUCKETS}) AS bucket, count(*) AS count
        FROM ${this.rows()}, LATERAL (VALUES ${cells.join(', ')}) AS cell (n, bucket)
       WHERE bucket IS NOT NULL GROUP BY 1, 2`;
  }
}
