import { DEFAULT_REJECT_LIMIT, MAX_COLUMNS, MAX_HEADER_BYTES } from './limits.js';

/** Why a file is hopeless, whoever tries: the `code` among the errors of a failed upload, and what its owner reads. */
const FAILURES = {
  csv_empty: () => 'The file has no record: it is empty, or holds nothing but blank lines.',
  csv_no_columns: () => 'No line with columns was found where the header or the first record should be.',
  header_unreadable: () =>
    'The header cannot be read: it opens a quote that is not closed, or does not end within 1 MiB. If the file begins with something else, declare how many lines with skip=.',
  header_too_long: () => `The name of a column is longer than ${MAX_HEADER_BYTES} bytes.`,
  too_many_columns: ({ columns }: { columns?: number }) =>
    `The header has ${columns ?? `more than ${MAX_COLUMNS}`} columns; a file may have ${MAX_COLUMNS}.`,
  too_many_rejects: ({ rejects, limit }: { rejects?: number; limit?: number }) =>
    limit === undefined
      ? `${rejects} records do not fit, more than a tenth of all. Look at them; if that is to be expected, allow it with max_rejects=.`
      : `More than ${limit} records do not fit${limit === DEFAULT_REJECT_LIMIT ? '' : ', which is what max_rejects allows'}.`,
  file_missing: () => 'The uploaded file is no longer there. Upload it again.',
  file_changed: () => 'The uploaded file is no longer as long as it was. Upload it again.',
  internal_error: () =>
    'The file could not be processed because of a fault on our side. Try again; its rows were not kept.',
} satisfies Record<string, (facts: never) => string>;
export type FailureCode = keyof typeof FAILURES;

type Facts = { columns?: number; rejects?: number; limit?: number };

export const failureOf = (code: FailureCode, facts: Facts = {}) => ({
  code,
  message: (FAILURES[code] as (facts: Facts) => string)(facts),
  ...facts,
});

/** The file cannot become rows, now or later. */
export class UnreadableFile extends Error {
  constructor(
    readonly code: FailureCode,
    readonly facts: Facts = {},
  ) {
    super(code);
    this.name = 'UnreadableFile';
  }
}

/** The upload has changed hands, or was cancelled or deleted: whatever is left of it is somebody else's. */
export class LeaseLost extends Error {
  constructor() {
    super('The upload is no longer ours.');
    this.name = 'LeaseLost';
  }
}
