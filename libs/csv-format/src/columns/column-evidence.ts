import { narrow } from './column-types.js';
import { ANY, NONE, type Readings } from './readings.js';

/** What is declared about the values of a column, as plain data, since it is sent to a thread. */
export interface ColumnRule {
  /** The readings that a value may have; NONE for a column that is text whatever it holds. */
  readings: Readings;
  /** Whether the type is declared, so that all exceptions to it are counted. */
  isDeclared: boolean;
  /** Whether options rule out readings, so that values which have only such a reading are counted apart. */
  isLimited?: boolean;
}

export const NO_RULE: ColumnRule = { readings: ANY, isDeclared: false };

/** Values in rows that are numbered from 0. */
interface SomeValues {
  count: number;
  /** The first of them: its row, the physical line on which that begins (from 1), and the text, as it is stored. */
  row: number;
  line: number;
  value: string;
}

/** The values that keep a column from a type. */
export interface Exceptions extends SomeValues {
  /** Those among them that have the text of the first, which counts too: it may stand for no value. */
  alike: number;
  /** Those among them that would have a reading without the options. */
  ruledOut?: SomeValues;
}

/**
 * A column with more exceptions than TOLERATED plus this share of its values so far, beside those of one text, is given up: it is text,
 * without a type that it nearly has. So only the first values of a column of text are read. One in a hundred values may be an exception, and
 * all of these may come first: up to 100,000 values the type is found wherever they stand.
 */
const TOLERATED = 1_000;
const TOLERATED_SHARE = 1 / 32;

/** Exceptions that are fewer than this share leave no doubt which reading is that of most values. */
const CONTESTING_SHARE = 1 / 8;

/** How much of an exception is kept, in bytes. */
const SHOWN_BYTES = 200;

/** Where a value of a column is: its row, from 0, and its bytes. */
export interface ValuePlace {
  row: number;
  from: number;
  to: number;
}

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
   * Columns with exceptions that have a reading of their own, with this: it may be that of most values. Of all exceptions the 1st, 2nd, 4th,
   * 8th and so on are asked; the last of these counts, as the first may be the only one of its kind.
   */
  readonly contested = new Map<number, Readings>();
  /** By column: the rows that narrowed it, and those of its first exceptions, with their lines. */
  readonly #turns = new Map<number, { row: number; line: number }[]>();

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
    if (left !== NONE) {
      this.turn(column, row, line);
      return this.keep(column, left);
    }
    const { readings, isDeclared, isLimited } = this.rules[column]!;
    const exceptions = this.addException(column, bytes, from, to, row, line);
    const isAsked = isPowerOfTwo(exceptions.count);
    const own = isLimited || isAsked ? narrow(readings, bytes, from, to) : NONE;
    if (isLimited && own === NONE && narrow(ANY, bytes, from, to) !== NONE) {
      if (exceptions.ruledOut) exceptions.ruledOut.count++;
      else {
        exceptions.ruledOut = { count: 1, row, line, value: shown(bytes, from, to) };
        this.turn(column, row, line);
      }
    }
    if (isAsked && own !== NONE) this.contested.set(column, own);
    return isDeclared || this.isTolerated(column, exceptions) ? this.readings[column]! : this.giveUp(column);
  }

  /**
   * Reads the contested columns once more, by the reading of their exceptions: it stays where it leaves fewer of them, as where only the
   * first value has another.
   * @param valuesOf all values of a column that are not empty, in order
   */
  recount(bytes: Buffer, valuesOf: (column: number) => Iterable<ValuePlace>): void {
    for (const [column, readings] of this.contested) {
      const count = this.exceptions.get(column)?.count ?? Number.POSITIVE_INFINITY;
      if (count < this.filled[column]! * CONTESTING_SHARE) continue;
      const again = new ColumnEvidence([this.rules[column]!], this.nullValues);
      again.readings[0] = readings;
      for (const { row, from, to } of valuesOf(column)) {
        again.see(0, bytes, from, to, row, this.lineOf(column, row));
        if (again.readings[0] === NONE) break;
      }
      const fewer = again.exceptions.get(0);
      if (again.readings[0] === NONE || (fewer?.count ?? 0) >= count) continue;
      this.readings[column] = again.readings[0]!;
      this.filled[column] = again.filled[0]!;
      if (fewer) this.exceptions.set(column, fewer);
      else this.exceptions.delete(column);
    }
    this.contested.clear();
  }

  private addException(column: number, bytes: Buffer, from: number, to: number, row: number, line: number): Exceptions {
    const known = this.exceptions.get(column);
    if (known) {
      known.count++;
      if (to - from <= SHOWN_BYTES && known.value === bytes.toString('utf8', from, to)) known.alike++;
      return known;
    }
    const first: Exceptions = { count: 1, alike: 1, row, line, value: shown(bytes, from, to) };
    this.exceptions.set(column, first);
    this.turn(column, row, line);
    return first;
  }

  /**
   * Values that only the options rule out do not count: they are numbers or days. Nor do those of one text that most values have not: it may
   * stand for no value.
   */
  private isTolerated(column: number, { count, alike, ruledOut }: Exceptions): boolean {
    const filled = this.filled[column]!;
    const explained = Math.max(ruledOut?.count ?? 0, alike * 2 < filled ? alike : 0);
    return count - explained <= TOLERATED + filled * TOLERATED_SHARE;
  }

  private giveUp(column: number): Readings {
    this.exceptions.delete(column);
    return this.keep(column, NONE);
  }

  private keep(column: number, left: Readings): Readings {
    this.readings[column] = left;
    return left;
  }

  private turn(column: number, row: number, line: number): void {
    const turns = this.#turns.get(column);
    if (turns) turns.push({ row, line });
    else this.#turns.set(column, [{ row, line }]);
  }

  /**
   * The line of a row, where it is asked for: the first exception of a second reading narrowed the first one, or was the first exception
   * to it. (What narrows nothing has every reading that is left, and so that of any later value which is no exception.)
   */
  private lineOf(column: number, row: number): number {
    return this.#turns.get(column)?.find((turn) => turn.row === row)?.line ?? 0;
  }

  private isNullValue(bytes: Uint8Array, from: number, to: number): boolean {
    return this.nullValues.some((value) => {
      if (value.length !== to - from) return false;
      for (let i = 0; i < value.length; i++) if (bytes[from + i] !== value[i]) return false;
      return true;
    });
  }
}

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0;

/** The text of an exception, cut between two characters. */
function shown(bytes: Buffer, from: number, to: number): string {
  let end = Math.min(to, from + SHOWN_BYTES);
  while (end < to && end > from && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', from, end);
}
