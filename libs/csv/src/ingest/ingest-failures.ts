import { MAX_NAMES_BYTES, MAX_NULL_VALUES_BYTES } from '../uploads/column-limits.js';
import { NO_COLUMNS_TEXT, NO_RECORD_TEXT, namesText } from '../uploads/upload.problems.js';

export const MAX_COLUMNS = 2_000;

/** Of one column name, since an answer repeats it in each row. */
export const MAX_HEADER_BYTES = 1_024;

/** Without `max_rejects`, an ingest fails at once at one reject more than this. */
export const DEFAULT_REJECT_LIMIT = 100_000;

/** Without `max_rejects`, an ingest fails at its end with more rejects than this, if they are also more than this share of all records. */
export const TOLERATED_REJECTS = 1_000;
export const TOLERATED_SHARE = 0.1;

/** Why an upload fails for good. The key is the `code` in the `errors` of the upload, the sentence is for its owner. */
const FAILURES = {
  csv_empty: () => NO_RECORD_TEXT,
  csv_no_columns: () => NO_COLUMNS_TEXT,
  header_unreadable: () =>
    'The header cannot be read: it opens a quote that is not closed, or it does not end within 1 MiB. If other lines precede the header, declare their number with skip=.',
  header_too_long: () => `The name of a column is longer than ${MAX_HEADER_BYTES} bytes.`,
  names_too_long: () => `The names of the columns have more than ${MAX_NAMES_BYTES / 1024} KiB together.`,
  null_values_too_long: ({ columns = 0 }: { columns?: number }) =>
    `null_values= stands for each of the ${columns} columns; in all of them together its texts have more than ${MAX_NULL_VALUES_BYTES / 1024} KiB.`,
  too_many_columns: ({ columns }: { columns?: number }) =>
    `The header has ${columns ?? `more than ${MAX_COLUMNS}`} columns; a file may have ${MAX_COLUMNS}.`,
  names_do_not_fit: ({ names = 0, columns = 0 }: { names?: number; columns?: number }) => namesText(names, columns),
  too_many_rejects: ({ rejects, limit }: { rejects?: number; limit?: number }) =>
    limit === undefined
      ? `${rejects} records were rejected, more than a tenth of all. Look at them; if they are expected, allow them with max_rejects=.`
      : `More than ${limit} records were rejected${limit === DEFAULT_REJECT_LIMIT ? '' : ', which is the limit that max_rejects sets'}.`,
  all_rejected: ({ rejects }: { rejects?: number }) =>
    `All ${rejects} records were rejected, so no row is left. Look at them: the delimiter or the quotes may be others. If that is expected, allow it with max_rejects=.`,
  file_missing: () => 'The uploaded file is missing. Upload it again.',
  file_changed: () => 'The length of the uploaded file has changed. Upload it again.',
  storage_full: () =>
    'The server does not have enough free storage for the rows of this file. No rows were kept. Try again when there is room.',
  internal_error: () => 'The file could not be processed because of an internal error. No rows were kept. Try again.',
} satisfies Record<string, (facts: never) => string>;
export type FailureCode = keyof typeof FAILURES;

type Facts = { columns?: number; names?: number; rejects?: number; limit?: number };

/** The entry for `errors` of a failed upload: code, sentence, and the facts that the sentence mentions. */
export const failureOf = (code: FailureCode, facts: Facts = {}) => ({
  code,
  message: (FAILURES[code] as (facts: Facts) => string)(facts),
  ...facts,
});

/** The file cannot become rows, at least not now: another attempt at once would fail, too. */
export class UnreadableFile extends Error {
  constructor(
    readonly code: FailureCode,
    readonly facts: Facts = {},
  ) {
    super(code);
    this.name = 'UnreadableFile';
  }
}

/** Another worker has claimed the upload, or it was cancelled or deleted. This worker must not change it any more. */
export class LeaseLost extends Error {
  constructor() {
    super('This worker no longer holds the lease of the upload.');
    this.name = 'LeaseLost';
  }
}
