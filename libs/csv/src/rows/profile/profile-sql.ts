import type { CsvColumn } from '@app/csv-format';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { rowsOfUpload } from '../../uploads/upload-tables.js';
import { arrayCell, CELL_ARRAY, comparable, exactText } from '../sql/cell-sql.js';
import { literal } from '../sql/sql-values.js';

/** Minimum, maximum and the most frequent values are cut to this length, because people read them. */
const SHOWN_CHARACTERS = 500;
export const TOP_VALUES = 10;
export const BUCKETS = 20;

/** Of hashed values one in 64 is counted: of 100,000 some 1,560, which is within 5% of the truth in 95% of cases. */
export const HASH_BITS = 6;

/**
 * What is counted of a column: its `values`; the one in 2^HASH_BITS of its distinct values whose hash ends in zeros, however often each
 * occurs; or how many numbers are in each of BUCKETS equal parts from `from` to `to`, which are numbered from 1.
 */
export interface CountedPart {
  column: CsvColumn;
  of: 'values' | 'hashed-values' | { from: number; to: number };
}

/** Statements that read all rows of an upload. */
export class ProfileSql {
  constructor(private readonly upload: CsvUpload) {}

  private value(column: CsvColumn): string {
    return comparable(column, arrayCell(column));
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
      const [least, greatest] = (column.type === 'boolean' ? ['bool_and', 'bool_or'] : ['min', 'max']).map(
        (aggregate) => {
          const extreme = `${aggregate}(${this.value(column)})`;
          return column.type === 'text' ? this.shown(extreme) : this.asText(column, extreme);
        },
      );
      return `count(${arrayCell(column)}) AS filled_${n}, ${least} AS min_${n}, ${greatest} AS max_${n}`;
    });
    return `SELECT ${facts.join(', ')} FROM ${this.rows()}`;
  }

  /**
   * Counts all `parts` in one pass. One row for each part that has a value: its index `n`; `different`, how many values; `once`, how many
   * of them occur once; `seen`, how many cells with a value; and `top`, the most frequent values (or all buckets) with their counts, as
   * JSON.
   */
  counts(parts: CountedPart[], table?: string): string {
    // Arrays, because PostgreSQL would prepare the expressions of a VALUES list again for each row: three times the time.
    const cells = `SELECT unnest(ARRAY[${[...parts.keys()].join(', ')}]) AS n,
                          unnest(ARRAY[${parts.map((part) => this.counted(part)).join(', ')}]) AS value FROM ${this.rows(table)}`;
    return `WITH groups AS MATERIALIZED (
        SELECT n, value, count(*) AS count FROM (${cells}) AS cells WHERE value IS NOT NULL GROUP BY n, value),
      ranked AS (
        SELECT n, value, count, count(*) OVER (PARTITION BY n) AS different, sum(count) OVER (PARTITION BY n) AS seen,
               count(*) FILTER (WHERE count = 1) OVER (PARTITION BY n) AS once,
               row_number() OVER (PARTITION BY n ORDER BY count DESC, value COLLATE "C") AS rank FROM groups)
      SELECT n, different, once, seen,
             json_agg(json_build_object('value', ${this.shown('value')}, 'count', count) ORDER BY rank) AS top
        FROM ranked WHERE rank <= ${Math.max(TOP_VALUES, BUCKETS)} GROUP BY n, different, once, seen`;
  }

  /** As `counts`, in a sample of about `percent` of an upload's own table. */
  sampledCounts(parts: CountedPart[], percent: number): string {
    return this.counts(parts, `${this.upload.rows_table} TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`);
  }

  private counted({ column, of }: CountedPart): string {
    const value = this.value(column);
    const text = this.asText(column, value);
    if (of === 'values') return text;
    if (of === 'hashed-values') {
      return `CASE WHEN hashtextextended(${text}, 0) & ${2 ** HASH_BITS - 1} = 0 THEN ${text} END`;
    }
    const bound = (number: number) => `CAST('${number}' AS float8)`;
    const bucket = `width_bucket(CAST(${value} AS float8), ${bound(of.from)}, ${bound(of.to)}, ${BUCKETS})`;
    return `CAST(CASE WHEN ${value} IS NOT NULL THEN least(${bucket}, ${BUCKETS}) END AS text)`;
  }
}
