import { join } from 'node:path';
import { COLUMN_TYPES } from '@app/csv-format';
import { z } from 'zod';
import { expectedDialect, loadCorpus } from '../../../test/support/csv/corpus.js';
import { REJECT_CODES } from '../src/ingest/batches/reject-codes.js';
import type { FailureCode } from '../src/ingest/ingest-failures.js';
import type { UploadOptions } from '../src/uploads/upload-options.js';

const title = z.string().min(1);

const options = z.strictObject({
  delimiter: z.string().optional(),
  quote: z.string().optional(),
  escape: z.string().optional(),
  encoding: z.string().optional(),
  decimal: z.enum(['.', ',']).optional(),
  skip: z.int().optional(),
  header: z.enum(['true', 'false', 'auto']).optional(),
  trim: z.enum(['true', 'false', 'auto']).optional(),
  comment: z.string().optional(),
  skip_after_header: z.int().optional(),
  skip_footer: z.int().optional(),
  names: z.array(z.string()).optional(),
  types: z.record(z.string(), z.enum(COLUMN_TYPES)).optional(),
  null_values: z.array(z.string()).optional(),
  thousands: z.string().optional(),
  date_format: z.string().optional(),
  max_rejects: z.int().optional(),
}) satisfies z.ZodType<UploadOptions>;

const column = z
  .strictObject({
    key: z.string(),
    type: z.enum(COLUMN_TYPES),
    name: z.string().optional(),
    format: z.string().nullable().default(null),
  })
  .transform(({ name, ...column }) => ({ ...column, name: name ?? column.key }));

/** The bytes that are kept of a rejected record, at most 64 KiB: text in UTF-8, or other bytes as characters of Latin-1. */
const rawBytes = z.union([
  z.string().transform((text) => Buffer.from(text)),
  z.strictObject({ latin1: z.string().regex(/^[\0-\xff]+$/) }).transform(({ latin1 }) => Buffer.from(latin1, 'latin1')),
]);

const rejects = z
  .array(
    z.strictObject({
      code: z.enum(REJECT_CODES),
      /** From 1. */
      record: z.int().positive(),
      /** From 1, of all physical lines. */
      line: z.int().positive(),
      /** From 0, with a byte order mark counted. */
      byte: z.int().nonnegative(),
      raw: rawBytes,
    }),
  )
  .default([]);

const completed = z.strictObject({
  status: z.literal('completed'),
  title,
  options: options.optional(),
  dialect: expectedDialect.extend({ encoding: z.string().default('utf-8') }).prefault({}),
  columns: z.array(column).nonempty(),
  rows: z.array(z.array(z.string().nullable()).nonempty()),
  rejects,
  /** All of them, in order. */
  warnings: z.array(z.strictObject({ code: z.string(), count: z.int().optional() })).default([]),
});

const failed = z.strictObject({
  status: z.literal('failed'),
  title,
  options: options.optional(),
  code: z.enum([
    'csv_empty',
    'csv_no_columns',
    'header_unreadable',
    'header_too_long',
    'names_do_not_fit',
    'names_too_long',
    'null_values_too_long',
    'too_many_columns',
    'too_many_rejects',
    'all_rejected',
  ] satisfies FailureCode[]),
  rejects,
});

export type ExpectedReject = z.output<typeof rejects>[number];

/** The files in `awkward-files/`: those that are ingested, and those that cannot be. */
export function loadAwkwardFiles() {
  const files = loadCorpus(
    join(import.meta.dirname, 'awkward-files'),
    z.discriminatedUnion('status', [completed, failed]),
  );
  return {
    completed: files.flatMap(({ expected, ...file }) =>
      expected.status === 'completed' ? [{ ...file, expected }] : [],
    ),
    failed: files.flatMap(({ expected, ...file }) => (expected.status === 'failed' ? [{ ...file, expected }] : [])),
  };
}
