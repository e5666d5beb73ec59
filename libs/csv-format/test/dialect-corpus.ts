import { join } from 'node:path';
import { z } from 'zod';
import { expectedDialect, loadCorpus } from '../../../test/support/csv/corpus.js';

const expectation = z.strictObject({
  /** What makes the file hard to read. */
  title: z.string().min(1),
  dialect: expectedDialect,
  /** The cells of the header, where the test is about them. */
  header: z.array(z.string()).optional(),
});

/** The heads of files in `dialects/` and the dialects that detection finds in them. */
export const loadDialectCorpus = () => loadCorpus(join(import.meta.dirname, 'dialects'), expectation);
