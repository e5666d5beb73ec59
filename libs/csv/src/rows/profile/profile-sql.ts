import type { CsvUpload, UploadColumn } from '../../upload/upload.entity.js';
import { cellText, comparable } from '../sql/cell-sql.js';

/** Longer texts are cut for minimum, maximum and the most frequent values; they are to be read by people. */
const SHOWN_LETTERS = 500;
const TOP_VALUES = 10;
export const BUCKETS = 20;

/** Statements that look at all rows of an upload, `$1`. Keys come from the upload alone. */
export class ProfileSql {
  private readonly decimal: '.' | ',';

  constructor(private readonly upload: CsvUpload) {
    this.decimal = upload.dialect?.decimal ?? '.';
  }

  private value(column: UploadColumn): string {
    return comparable(column.type, this.decimal, cellText(column));
  }

  /** A compared value as text; instants as microseconds since 1970. */
  private shown(column: UploadColumn, value: string): string {
    if (column.type === 'text') return `left(${value}, ${SHOWN_LETTERS})`;
    if (column.type === 'datetime') return `CAST(CAST(extract(epoch FROM ${value}) * 1000000 AS int8) AS text)`;
    return `CAST(${value} AS text)`;
  }

  /** One row: `filled_<n>`, `min_<n>`, `max_<n>` of the n-th of `columns`. */
  extremes(columns: UploadColumn[]): string {
    const facts = columns.map((column, n) => {
      // Cut before they are compared: the least of the beginnings is the beginning of the least.
      const value = column.type === 'text' ? `left(${this.value(column)}, ${SHOWN_LETTERS})` : this.value(column);
      const [least, greatest] = column.type === 'boolean' ? ['bool_and', 'bool_or'] : ['min', 'max'];
      return `count(${cellText(column)}) AS filled_${n}, ${this.shown(column, `${least}(${value})`)} AS min_${n},
              ${this.shown(column, `${greatest}(${value})`)} AS max_${n}`;
    });
    return `SELECT ${facts.join(', ')} FROM ${this.upload.rows_table} WHERE upload_id = $1`;
  }

  /** `distinct`, and `top`: the most frequent values with their counts, as JSON. */
  values(column: UploadColumn, rows = this.upload.rows_table): string {
    return `WITH groups AS MATERIALIZED (
        SELECT ${this.value(column)} AS value, count(*) AS count FROM ${rows} AS r
         WHERE upload_id = $1 AND ${cellText(column)} IS NOT NULL GROUP BY 1)
      SELECT (SELECT count(*) FROM groups) AS distinct,
             (SELECT coalesce(json_agg(json_build_object('value', ${this.shown(column, 'value')}, 'count', count)
                                       ORDER BY count DESC, value), '[]')
                FROM (SELECT * FROM groups ORDER BY count DESC, value LIMIT ${TOP_VALUES})) AS top`;
  }

  /** As `values`, of a sample of about so many percent of an upload's own table. */
  sampledValues(column: UploadColumn, percent: number): string {
    return this.values(
      column,
      `(SELECT * FROM ${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1))`,
    );
  }

  /**
   * `distinct` among the values whose hash ends in zeros: one in 2^`bits` of the distinct values, however often each occurs.
   */
  distinctByHash(column: UploadColumn, bits: number): string {
    const value = this.value(column);
    return `SELECT count(*) AS distinct FROM (
        SELECT FROM ${this.upload.rows_table}
         WHERE upload_id = $1 AND hashtextextended(CAST(${value} AS text), 0) & ${2 ** bits - 1} = 0 GROUP BY ${value})`;
  }

  /** `bucket` (from 1, of BUCKETS between `$2` and `$3`) and `count`. */
  histogram(column: UploadColumn): string {
    const value = `CAST(${this.value(column)} AS float8)`;
    return `SELECT least(width_bucket(${value}, $2::float8, $3::float8, ${BUCKETS}), ${BUCKETS}) AS bucket, count(*) AS count
        FROM ${this.upload.rows_table} WHERE upload_id = $1 AND ${cellText(column)} IS NOT NULL GROUP BY 1 ORDER BY 1`;
  }
}
