import type { Dialect, DialectOptions } from '@app/csv-format';
import { createTranscoder, detectDialect, withEncoding } from '@app/csv-format';
import { CsvNoColumns } from '../csv.problems.js';
import type { ContentFacts } from './content-inspection.js';

/**
 * How a file seems to be written, by its head (some 15 ms), so that the answer to an upload can tell already. The ingest looks at
 * more of it and has the last word; of a file that is no longer than its head both say the same.
 * @returns null where the head has no record yet. @throws CsvNoColumns when there is no record in all of the file
 */
export function previewDialect(
  { head, sizeBytes, encoding }: Pick<ContentFacts, 'head' | 'sizeBytes' | 'encoding'>,
  options: DialectOptions,
): Dialect | null {
  const name = options.encoding ?? encoding.encoding;
  const isWhole = head.length === sizeBytes;
  const transcoder = createTranscoder(name);
  const parts = [transcoder.write(head)];
  if (isWhole) parts.push(transcoder.end());
  const verdict = detectDialect(Buffer.concat(parts), options, isWhole);
  if (verdict.width > 0) return withEncoding(verdict, name, options.encoding ? 1 : encoding.confidence);
  if (isWhole) throw new CsvNoColumns();
  return null;
}
