import type { CsvColumn } from '@app/csv-format';
import { foldCase } from '@app/database';
import type { ColumnCondition, TextMatch } from '../request/conditions.js';
import { asked, cellText, SEPARATOR } from './cell-sql.js';

// The texts of one column, folded and joined in blocks, in a materialized view that is dropped with its table. To count the rows that contain
// a frequent text, PostgreSQL reads these 40 MB and not the 430 MB of the rows, and makes a value of each match instead of each row.
// The separator of cells stands before, between and after the texts of a block.

/** Of 40 bytes each, so many fill a page of PostgreSQL. Blocks of 100 and of 4,000 rows took 1.5 times as long. */
const BLOCK_ROWS = 200;

/**
 * Longest text of a column that has blocks, in bytes. PostgreSQL makes a value of each match, and where the sought letter is every letter, a block
 * of cells of 4 KiB took 20 MB in a process; of 64 KiB 390.
 */
export const MAX_TEXT_BYTES = 4 * 1024;

/** A condition that is counted in the blocks of its column. */
export type BlocksCondition = Extract<ColumnCondition, { operator: TextMatch }>;

/** @returns `longest` text of the column and `total` of all, in bytes; the table may hold them compressed, and blocks are not */
export const textBytes = (table: string, column: CsvColumn): string =>
  `SELECT coalesce(max(bytes), 0) AS longest, coalesce(sum(bytes), 0) + count(*) AS total
     FROM (SELECT octet_length(${cellText(column)}) AS bytes FROM ${table}) AS texts`;

/**
 * The statements that build the view. A block that leaves no room for another in its page is stored outside of it, as it is: to decompress
 * it would take longer than to search it. PostgreSQL thinks such a view small, so it is told how many workers may read it.
 * @param rows how many the table has; they are numbered from 1
 */
export const textBlocksView = (name: string, table: string, rows: number, column: CsvColumn): string => `
  CREATE MATERIALIZED VIEW ${name} (filled, texts) WITH (toast_tuple_target = 8160, parallel_workers = 64) AS
    SELECT block.filled, block.texts
      FROM generate_series(CAST(1 AS int8), ${rows}, ${BLOCK_ROWS}) AS first,
           LATERAL (
             SELECT count(cell) AS filled,
                    (${SEPARATOR} || string_agg(coalesce(${foldCase('cell')}, ''), ${SEPARATOR}) || ${SEPARATOR}) COLLATE "C" AS texts
               FROM (SELECT ${cellText(column)} AS cell FROM ${table}
                      WHERE row_number BETWEEN first AND first + ${BLOCK_ROWS - 1}) AS cells
           ) AS block
    WITH NO DATA;
  ALTER MATERIALIZED VIEW ${name} ALTER COLUMN texts SET STORAGE EXTERNAL;
  REFRESH MATERIALIZED VIEW ${name}`;

/**
 * Counts the rows that fulfil the condition. A block is split at each match. A separator behind it, before the next match, shows that it is the
 * last one of its row. A match at the start or the end of a cell takes the separator in, so there is one of a row.
 * @returns `total`
 */
export function countInBlocks(
  view: string,
  { operator, text }: BlocksCondition,
): { sql: string; parameters: string[] } {
  const sought = foldCase('CAST($1 AS text)');
  const rowsWithText = `(SELECT count(*) FROM ${view}, unnest((string_to_array(texts, ${sought}))[2:]) AS behind
                          WHERE strpos(behind, ${SEPARATOR}) > 0)`;
  const matches = (edge: string) =>
    `(SELECT coalesce(sum(cardinality(string_to_array(texts, ${edge})) - 1), 0) FROM ${view})`;
  const totals: Record<TextMatch, string> = {
    contains: rowsWithText,
    not_contains: `(SELECT coalesce(sum(filled), 0) FROM ${view}) - ${rowsWithText}`,
    starts_with: matches(`${SEPARATOR} || ${sought}`),
    ends_with: matches(`${sought} || ${SEPARATOR}`),
  };
  return { sql: `SELECT ${totals[operator]} AS total`, parameters: [asked(text)] };
}
