const KiB = 1024;

/** A batch is cut at so many bytes of cells, however few records they are. */
export const BATCH_BYTES = 4 * KiB * KiB;

/** Or at so many of keys, each of which comes again in every row: 2,000 long ones make a row of a few bytes 2 MB of jsonb. */
export const BATCH_KEY_BYTES = 4 * KiB * KiB;

/** Or at so many of rejects. */
export const BATCH_REJECT_BYTES = 256 * KiB;

/** One cell of a record. A record may have a MiB, so a longer cell leaves room for the others beside it. */
export const MAX_FIELD_BYTES = 512 * KiB;

export const MAX_COLUMNS = 2_000;

/** Without `max_rejects`: past this many at once, and at the end when they are over a tenth of all and over a thousand. */
export const DEFAULT_REJECT_LIMIT = 100_000;
export const TOLERATED_REJECTS = 1_000;
export const TOLERATED_SHARE = 0.1;

/** Each name stands as a key in every row. */
export const MAX_HEADER_BYTES = 1_024;
