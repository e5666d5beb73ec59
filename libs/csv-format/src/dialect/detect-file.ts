import { EncodingScanner } from '../encoding/encoding-scanner.js';
import { createTranscoder } from '../encoding/transcode.js';
import type { Dialect, DialectOptions, Warning } from '../model.js';
import { detectDialect, SAMPLE_BYTES, withEncoding } from './detect-dialect.js';
import { encodingWarnings } from './dialect-warnings.js';

export interface FileVerdict {
  dialect: Dialect;
  /** The cells of the header, or null without one. */
  header: string[] | null;
  /** How many cells most records have: 0 where there is no record. */
  width: number;
  warnings: Warning[];
}

/**
 * How a file is written. Its encoding is found from every byte, its dialect from the first MiB, which is kept in memory.
 * @param options what is declared is not detected.
 */
export async function detectFile(file: AsyncIterable<Buffer>, options: DialectOptions = {}): Promise<FileVerdict> {
  const scanner = new EncodingScanner(options.encoding);
  const head: Buffer[] = [];
  let headBytes = 0;
  for await (const chunk of file) {
    scanner.push(chunk);
    // A copy: the source may reuse its buffer.
    const part = Buffer.from(chunk.subarray(0, SAMPLE_BYTES - headBytes));
    if (part.length > 0) head.push(part);
    headBytes += part.length;
  }
  const found = scanner.end();
  const encoding = options.encoding ?? found.encoding;
  const isWhole = found.bytes === headBytes;
  const transcoder = createTranscoder(encoding);
  const sample = [transcoder.write(Buffer.concat(head))];
  if (isWhole) sample.push(transcoder.end());
  const text = Buffer.concat(sample);
  const verdict = detectDialect(text, options, isWhole);
  const { header, width } = verdict;
  const certainty = options.encoding ? 1 : found.confidence;
  const warnings = [...encodingWarnings(text, verdict, encoding, certainty), ...verdict.warnings];
  return { dialect: withEncoding(verdict, encoding, certainty), header, width, warnings };
}
