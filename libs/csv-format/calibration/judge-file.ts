import { type DialectVerdict, detectDialect } from '../src/dialect/detect-dialect.js';
import type { MadeFile } from './tables.js';

/** Which parts of a verdict are as the file's writer meant them. */
export interface Outcome {
  verdict: DialectVerdict;
  right: { delimiter: boolean; quoting: boolean; header: boolean; start: boolean; trim: boolean };
  isRight: boolean;
}

/** Detects a file and compares the verdict with what was meant. */
export function judgeFile({ text, meant }: MadeFile): Outcome {
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
