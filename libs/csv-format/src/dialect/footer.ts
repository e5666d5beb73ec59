/** A block of lines that may be a footer: how many cells each has. */
export interface LastBlock {
  /** The cells of each record of the block. */
  widths: readonly number[];
  /** Whether a blank line is above it. */
  isSetOff: boolean;
  /** The physical lines from its first to its last. */
  lines: number;
}

/** A longer block is a table of its own. */
export const MAX_FOOTER_LINES = 20;

/**
 * Whether the last block of a file is its footer: behind a blank line, of at most 20 lines, and none of its records has the width that most
 * records of the file have.
 * @param width how many cells most records have; the header's does not count
 */
export function isFooter({ widths, isSetOff, lines }: LastBlock, width: number): boolean {
  return isSetOff && widths.length > 0 && lines <= MAX_FOOTER_LINES && !widths.includes(width);
}
