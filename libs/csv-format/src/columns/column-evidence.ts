import { narrow } from './column-types.js';
import { ANY, NONE, type Readings } from './readings.js';

/** What is declared about the values of a column, as plain data, since it is sent to a thread. */
export interface ColumnRule {
  /** The readings that a value may have; NONE for a column that is text whatever it holds. */
  readings: Readings;
  /** Whether the type is declared, so that all exceptions to it are counted. */
  isDeclared: boolean;
}

export const NO_RULE: ColumnRule = { readings: ANY, isDeclared: false };

/** The values that keep a column from a type, in rows that are numbered from 0. */
export interface Exceptions {
  count: number;
  /** The first of them: its row, the physical line on which that begins (from 1), and the text, as it is stored. */
  row: number;
  line: number;
  value: string;
}

/**
 * A column with more exceptions than TOLERATED plus this share of its values is given up: it is text, without a type that it nearly has.
 * So only the first values of a column of text are read.
 */
const TOLERATED = 8;
const TOLERATED_SHARE = 1 / 32;

/** How much of an exception is kept, in bytes. */
const SHOWN_BYTES = 200;

/**
 * What the values of each column have shown so far. A value that would leave a column without a reading is an exception, and does not
 * narrow it; so the types of columns without exceptions are those that all their values have.
 *
 * Evidence of several parts of a file is joined by intersecting the readings and adding the counts: an exception in one part has none of
 * the readings that are left in it, and so none of those that are left in all.
 */
export class ColumnEvidence {
  /** By column. NONE for a column that is given up. */
  readonly readings: Readings[];
  /** By column: values that are not empty. They are not counted on where a column is given up. */
  readonly filled: Uint32Array;
  /** By column, where there are some. A column that is given up has none. */
  readonly exceptions = new Map<number, Exceptions>();

  /**
   * @param rules one for each column.
   * @param nullValues texts that stand for an empty cell, as they are stored. They are no values and narrow nothing.
   */
  constructor(
    private readonly rules: readonly ColumnRule[],
    private readonly nullValues: readonly Uint8Array[] = [],
  ) {
    this.readings = rules.map((rule) => rule.readings);
    this.filled = new Uint32Array(rules.length);
  }

  /** Empty evidence for the values that follow. A column that was given up stays given up. */
  next(): ColumnEvidence {
    const rules = this.rules.map((rule, column) =>
      this.readings[column] === NONE ? { ...rule, readings: NONE } : rule,
    );
    return new ColumnEvidence(rules, this.nullValues);
  }

  /**
   * Looks at one value: the bytes from `from` to `to`, at least one. Only for columns whose readings are not NONE.
   * @param row from 0. @param line where the row begins, from 1.
   */
  see(column: number, bytes: Buffer, from: number, to: number, row: number, line: number): void {
    this.filled[column]!++;
    const readings = this.readings[column]!;
    const left = narrow(readings, bytes, from, to);
    if (left !== readings) this.change(column, left, bytes, from, to, row, line);
  }

  /** Records a value that does not have all readings of its column. @returns the readings that the column has then */
  change(column: number, left: Readings, bytes: Buffer, from: number, to: number, row: number, line: number): Readings {
    if (this.nullValues.length > 0 && this.isNullValue(bytes, from, to)) {
      this.filled[column]!--;
      return this.readings[column]!;
    }
    if (left !== NONE) return this.keep(column, left);
    const known = this.exceptions.get(column);
    if (known) known.count++;
    else this.exceptions.set(column, { count: 1, row, line, value: shown(bytes, from, to) });
    if (this.rules[column]!.isDeclared) return this.readings[column]!;
    if ((known?.count ?? 1) <= TOLERATED + this.filled[column]! * TOLERATED_SHARE) return this.readings[column]!;
    this.exceptions.delete(column);
    return this.keep(column, NONE);
  }

  private keep(column: number, left: Readings): Readings {
    this.readings[column] = left;
    return left;
  }

  private isNullValue(bytes: Uint8Array, from: number, to: number): boolean {
    return this.nullValues.some((value) => {
      if (value.length !== to - from) return false;
      for (let i = 0; i < value.length; i++) if (bytes[from + i] !== value[i]) return false;
      return true;
    });
  }
}

/** The text of an exception, cut between two characters. */
function shown(bytes: Buffer, from: number, to: number): string {
  let end = Math.min(to, from + SHOWN_BYTES);
  while (end < to && end > from && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', from, end);
}
