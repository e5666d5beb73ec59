import type { CsvColumn } from '@app/csv-format';

const KiB = 1024;

/**
 * Of the names of an upload's columns together. Each answer about an upload has all of them, and a page of a list 100 uploads: with 2 MB
 * of names each it had 220 MB. 2,000 names of 64 characters fit.
 */
export const MAX_NAMES_BYTES = 128 * KiB;

/** Of the texts that stand for no value, in all columns of an upload together. Every answer about the upload has them too. */
export const MAX_NULL_VALUES_BYTES = 128 * KiB;

/** What texts of columns have together. */
export const bytesOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** Whether the names of these columns have more bytes than an upload may have. */
export const haveLongNames = (columns: readonly Pick<CsvColumn, 'name'>[]): boolean =>
  bytesOf(columns.map(({ name }) => name)) > MAX_NAMES_BYTES;

/** Whether the texts that stand for no value in these columns have more bytes than an upload may have. */
export const haveLongNullValues = (columns: readonly Pick<CsvColumn, 'null_values'>[]): boolean =>
  columns.reduce((sum, { null_values }) => sum + bytesOf(null_values), 0) > MAX_NULL_VALUES_BYTES;
