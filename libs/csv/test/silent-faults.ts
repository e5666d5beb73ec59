import { join } from 'node:path';
import { COLUMN_TYPES } from '@app/csv-format';
import { z } from 'zod';
import { loadCorpus } from '../../../test/support/csv/corpus.js';
import { REJECT_CODES } from '../src/ingest/batches/reject-codes.js';

const claims = z.strictObject({
  status: z.enum(['completed', 'failed']).optional(),
  rows: z.int().nonnegative().optional(),
  rejects: z.int().nonnegative().optional(),
  has_header: z.boolean().optional(),
  preamble_lines: z.int().nonnegative().optional(),
  encoding: z.string().optional(),
  columns: z.array(z.string()).optional(),
  width: z.int().positive().optional(),
  types: z.record(z.string(), z.enum(COLUMN_TYPES)).optional(),
  warnings: z.array(z.string()).optional(),
  cells: z.record(z.string(), z.array(z.string().nullable())).optional(),
  first_json: z.record(z.string(), z.unknown()).optional(),
  reject_code: z.enum(REJECT_CODES).optional(),
  reject_raw_base64: z.base64().optional(),
});

const expectation = claims.extend({
  /** What is right, and why. */
  title: z.string().min(1),
  /** The query of the upload. */
  options: z.string().default(''),
  status_code: z.int().default(201),
  code: z.string().optional(),
  anyOf: z.array(claims).nonempty().optional(),
});

/** What an expectation says about an upload; what it leaves out is not compared. */
export type Claims = z.output<typeof claims>;

/** The files in `silent-faults/`. */
export const loadSilentFaults = () => loadCorpus(join(import.meta.dirname, 'silent-faults'), expectation);
