import { type DialectVerdict, detectDialect } from '../src/dialect/detect-dialect.js';
import { Random } from './random.js';
import { type MadeFile, makeFile } from './tables.js';

/** Which parts of a verdict are as the file's writer meant them. */
export interface Outcome {
  verdict: DialectVerdict;
  right: { delimiter: boolean; quoting: boolean; header: boolean; start: boolean; trim: boolean };
  isRight: boolean;
}

/** Detects a file and compares the verdict with what was meant. */
function judgeFile({ text, meant }: MadeFile): Outcome {
  const verdict = detectDialect(Buffer.from(text));
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
    return { file: { ...file, text: '', meant: { ...file.meant, rows: [] } }, outcome: judgeFile(file) };
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
    .map(({ outcome }) => ({ confidence: outcome.verdict.dialect.confidence, isRight: outcome.isRight }))
    .filter(({ confidence }) => confidence > from - 1e-9 && (confidence < to - 1e-9 || to >= 1));
  const share = (value: (file: (typeof inside)[number]) => number): number =>
    inside.length > 0 ? inside.reduce((sum, file) => sum + value(file), 0) / inside.length : 0;
  return {
    files: inside.length,
    mean: share(({ confidence }) => confidence),
    right: share(({ isRight }) => Number(isRight)),
  };
}
