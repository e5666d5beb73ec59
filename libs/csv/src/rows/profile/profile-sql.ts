import type { CsvColumn } from '@app/csv-format';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { decimalOf } from '../request/columns.js';
import { cellText, comparable, unpackedData } from '../sql/cell-sql.js';

/** Minimum, maximum and the most frequent values are cut to this length, because people read them. */
const SHOWN_CHARACTERS = 500;
const TOP_VALUES = 10;
export const BUCKETS = 20;

/** Statements that read all rows of the upload `$1`. Column keys come only from the upload. */
export class ProfileSql {
  constructor(private readonly upload: CsvUpload) {}

  private value(column: CsvColumn): string {
    return comparable(column.type, decimalOf(this.upload), cellText(column));
  }

  /** A compared value as text; equal values have equal texts. Instants are microseconds since 1970. */
  private asText(column: CsvColumn, value: string): string {
    // Negative zero equals zero but has another text.
    if (column.type === 'number') return `CAST(${value} + 0 AS text)`;
    if (column.type === 'datetime') return `CAST(CAST(extract(epoch FROM ${value}) * 1000000 AS int8) AS text)`;
    return `CAST(${value} AS text)`;
  }

  /** All rows; each is decompressed once for all its columns. */
  private rows(table = this.upload.rows_table): string {
    return `(SELECT ${unpackedData} AS data FROM ${table} WHERE upload_id = $1 OFFSET 0) AS r`;
  }

  /** One row: `filled_<n>`, `min_<n>`, `max_<n>` of the n-th of `columns`. */
  extremes(columns: CsvColumn[]): string {
    const facts = columns.map((column, n) => {
      // Texts are cut before they are compared: the smallest prefix is the prefix of the smallest text.
      const value = column.type === 'text' ? `left(${this.value(column)}, ${SHOWN_CHARACTERS})` : this.value(column);
      const [least, greatest] = column.type === 'boolean' ? ['bool_and', 'bool_or'] : ['min', 'max'];
      return `count(${cellText(column)}) AS filled_${n}, ${this.asText(column, `${least}(${value})`)} AS min_${n},
              ${this.asText(column, `${greatest}(${value})`)} AS max_${n}`;
    });
    return `SELECT ${facts.join(', ')} FROM ${this.rows()}`;
  }

  /** One row for each of `columns` that has a value: its index `n`, `different` (how many values), and `top`, the most frequent values with their counts, as JSON. */
  values(columns: CsvColumn[], table?: string): string {
    const cells = columns.map((column, n) => `(${n}, ${this.asText(column, this.value(column))})`);
    return `WITH groups AS MATERIALIZED (
        SELECT n, value, count(*) AS count
          FROM ${this.rows(table)}, LATERAL (VALUES ${cells.join(', ')}) AS cell (n, value)
         WHERE value IS NOT NULL GROUP BY n, value),
      ranked AS (
        SELECT n, value, count, count(*) OVER (PARTITION BY n) AS different,
               row_number() OVER (PARTITION BY n ORDER BY count DESC, value COLLATE "C") AS rank FROM groups)
      SELECT n, different, json_agg(json_build_object('value', left(value, ${SHOWN_CHARACTERS}), 'count', count) ORDER BY rank) AS top
        FROM ranked WHERE rank <= ${TOP_VALUES} GROUP BY n, different`;
  }

  /** As `values`, from a sample of about `percent` of an upload's own table. */
  sampledValues(column: CsvColumn, percent: number): string {
    return this.values([column], `${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`);
  }

  /** `different`: the distinct values whose hash ends in `bits` zeros, which is one in 2^`bits` however often each occurs. */
  distinctByHash(column: CsvColumn, bits: number): string {
    const value = this.value(column);
    return `SELECT count(*) AS different FROM (
        SELECT FROM ${this.upload.rows_table}
         WHERE upload_id = $1 AND hashtextextended(CAST(${value} AS text), 0) & ${2 ** bits - 1} = 0 GROUP BY ${value})`;
  }

  /** `n`, `bucket` (from 1) and `count`: 20 buckets for each of `columns` between its bounds in the arrays `$2` and `$3`. */
  histograms(columns: CsvColumn[]): string {
    const cells = columns.map((column, n) => {
      const bound = (parameter: string) => `(${parameter}::float8[])[${n + 1}]`;
      return `(${n}, width_bucket(CAST(${this.value(column)} AS float8), ${bound('$2')}, ${bound('$3')}, ${BUCKETS}))`;
    });
    return `SELECT n, least(bucket, ${BUCKETS}) AS bucket, count(*) AS count
        FROM ${this.rows()}, LATERAL (VALUES ${cells.join(', ')}) AS cell (n, bucket)
       WHERE bucket IS NOT NULL GROUP BY 1, 2`;
  }
}
