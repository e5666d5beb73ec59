import iconv from 'iconv-lite';
import { type DialectVerdict, detectDialect, withEncoding } from '../src/dialect/detect-dialect.js';
import { encodingWarnings } from '../src/dialect/dialect-warnings.js';
import { EncodingScanner } from '../src/encoding/encoding-scanner.js';
import { createTranscoder } from '../src/encoding/transcode.js';
import type { Warning } from '../src/model.js';
import { Random } from './random.js';
import { type MadeFile, makeFile } from './tables.js';

/** Which parts of a verdict are as the file's writer meant them. */
export interface Outcome {
  verdict: DialectVerdict;
  /** Of the dialect with its encoding. */
  confidence: number;
  /** With those about the encoding. */
  warnings: readonly Warning[];
  right: {
    delimiter: boolean;
    quoting: boolean;
    header: boolean;
    start: boolean;
    trim: boolean;
    decimal: boolean;
    encoding: boolean;
  };
  isRight: boolean;
}

/** Of ten files, three are in another encoding than UTF-8 where that has all of their characters. */
const ENCODINGS = [
  ['utf-8', 7],
  ['windows-1252', 2],
  ['utf-16le', 1],
] as const;

/** The file of a text, in an encoding; its mark is left out, so that UTF-16 is found by its bytes. */
function encoded(text: string, random: Random): Buffer {
  const encoding = random.weighted(ENCODINGS);
  const bytes = iconv.encode(text, encoding);
  return iconv.decode(bytes, encoding) === text ? bytes : Buffer.from(text);
}

/** Whether the decimal mark is the one that was meant, or nothing shows it. */
function isRightDecimal({ decimal, rows, width }: MadeFile['meant'], found: '.' | ','): boolean {
  if (decimal === found) return true;
  // A file without proof of a comma is read with points.
  return found === '.' && !Array.from({ length: width }, (_, i) => i).some((column) => showsComma(rows, column));
}

function showsComma(rows: MadeFile['meant']['rows'], column: number): boolean {
  const values = rows.flatMap((row) => row[column] ?? []);
  return values.some((value) => /,\d{1,2}$/.test(value)) && values.every((value) => /^-?\d+(,\d+)?$/.test(value));
}

/** Detects a file and compares the verdict with what was meant. */
function judgeFile({ text, meant }: MadeFile, random: Random): Outcome {
  const bytes = encoded(text, random);
  const scanner = new EncodingScanner();
  scanner.push(bytes);
  const { encoding, confidence } = scanner.end();
  const transcoder = createTranscoder(encoding);
  const sample = Buffer.concat([transcoder.write(bytes), transcoder.end()]);
  const verdict = detectDialect(sample);
  const { dialect, header, width } = verdict;
  // Empty columns at the end are in the file, whether somebody meant them or not.
  const isOneColumn = meant.width === 1 && !meant.hasEmptyColumns;
  const right = {
    delimiter: isOneColumn ? width === 1 : dialect.delimiter === meant.delimiter && width > 1,
    quoting:
      meant.quote === null ? dialect.quote !== "'" : dialect.quote === meant.quote && dialect.escape === meant.escape,
    header: dialect.has_header === meant.hasHeader,
    start: dialect.preamble_lines === meant.preambleLines,
    trim: dialect.trim === meant.trim,
    decimal: isRightDecimal(meant, dialect.decimal),
    encoding: sample.equals(Buffer.from(text)),
  };
  // Names are trimmed by whoever makes keys of them.
  const clean = (names: readonly string[]): string =>
    names
      .map((name) => name.trim())
      .join('\n')
      .trimEnd();
  const hasNames =
    !right.header || !right.start || !right.delimiter || clean(header ?? []) === clean(meant.names ?? []);
  return {
    verdict,
    confidence: withEncoding(verdict, encoding, confidence).confidence,
    warnings: [...encodingWarnings(sample, verdict, encoding, confidence), ...verdict.warnings],
    right: { ...right, header: right.header && hasNames },
    isRight: Object.values(right).every(Boolean) && hasNames,
  };
}

export interface Judged {
  /** Without its text and rows. */
  file: MadeFile;
  outcome: Outcome;
}

/** Of three files, two are small tables, which leave more doubt: so that each tenth of confidence above 0.5 has enough files. */
const FILES_PER_ORDINARY_FILE = 3;
const POLLUTED = 0.75;

/** Makes files and judges each; the same seed makes the same files. */
export function judgeFiles(seed: number, count: number): Judged[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const file = makeFile(random, POLLUTED, i % FILES_PER_ORDINARY_FILE > 0);
    return { file: { ...file, text: '', meant: { ...file.meant, rows: [] } }, outcome: judgeFile(file, random) };
  });
}

/** What confidence was worth between two of its values, the lower one included (the upper one too where it is 1). */
export function reliability(
  judged: readonly Judged[],
  from: number,
  to: number,
): { files: number; mean: number; right: number } {
  // Confidence has three decimals.
  const inside = judged
    .map(({ outcome }) => ({ confidence: outcome.confidence, isRight: outcome.isRight }))
    .filter(({ confidence }) => confidence > from - 1e-9 && (confidence < to - 1e-9 || to >= 1));
  const share = (value: (file: (typeof inside)[number]) => number): number =>
    inside.length > 0 ? inside.reduce((sum, file) => sum + value(file), 0) / inside.length : 0;
  return {
    files: inside.length,
    mean: share(({ confidence }) => confidence),
    right: share(({ isRight }) => Number(isRight)),
  };
}
