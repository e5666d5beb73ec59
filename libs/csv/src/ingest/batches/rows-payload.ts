import {
  CELL_SEPARATOR,
  type ColumnEvidence,
  escapeCell,
  NONE,
  needsEscape,
  ROW_SEPARATOR,
  type RowTarget,
  type ValuePlace,
} from '@app/csv-format';
import type { RowsPayload } from './batch.js';
import type { BufferPool } from './buffer-pool.js';

const ROW_SEPARATOR_BYTE = ROW_SEPARATOR.charCodeAt(0);
const CELL_SEPARATOR_BYTE = CELL_SEPARATOR.charCodeAt(0);

export interface RowsLimits {
  /** Cells of a row. */
  width: number;
  maxCount: number;
  maxLength: number;
}

/**
 * Collects the rows of one batch as bytes: five thousand strings that wait to be joined are five thousand objects for the garbage
 * collector to move. RecordKernel writes regular records here itself; `add` takes the cells of the others.
 */
export class RowsCollector implements RowTarget {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;
  count = 0;
  line = 0;
  maxCount: number;
  readonly maxLength: number;
  hasEscapes = false;
  private readonly width: number;

  /** It takes no memory of the pool before the first row. @param evidence of these rows alone */
  constructor(
    private readonly pool: BufferPool,
    { width, maxCount, maxLength }: RowsLimits,
    readonly evidence: ColumnEvidence,
  ) {
    this.width = width;
    this.maxCount = maxCount;
    this.maxLength = maxLength;
  }

  get isFull(): boolean {
    return this.count >= this.maxCount || this.length >= this.maxLength;
  }

  makeRoom(bytes: number): void {
    const needed = this.length + bytes;
    if (needed > this.bytes.length) this.bytes = this.pool.grow(this.bytes, this.length, needed);
  }

  /**
   * @param cells latin1 views of UTF-8, in file order, at most as many as there are columns
   * @param line the physical line on which they begin, from 1
   */
  add(cells: string[], line: number): void {
    const missing = this.width - cells.length;
    const isChanged = needsEscape(cells.join(''));
    const written = isChanged ? cells.map(escapeCell) : cells;
    const row = written.join(CELL_SEPARATOR) + CELL_SEPARATOR.repeat(missing);
    this.makeRoom(row.length + 1);
    if (this.count > 0) this.bytes[this.length++] = ROW_SEPARATOR_BYTE;
    const start = this.length;
    this.length += this.bytes.write(row, start, 'latin1');
    this.see(written, start, line);
    this.count++;
    if (isChanged) this.hasEscapes = true;
  }

  /** Adds the cells of a row to the evidence. An escaped cell is text, as its exact text is. */
  private see(written: readonly string[], start: number, line: number): void {
    const { evidence, bytes, count } = this;
    let from = start;
    for (let column = 0; column < written.length; column++) {
      const to = from + written[column]!.length;
      if (to > from && evidence.readings[column] !== NONE) evidence.see(column, bytes, from, to, count, line);
      from = to + 1;
    }
  }

  /** Completes the evidence, of all rows. */
  recount(): void {
    const { evidence, bytes } = this;
    if (evidence.contested.size > 0) evidence.recount(bytes, (column) => this.valuesOf(column));
  }

  /** The values of a column that are not empty, in order. */
  private *valuesOf(column: number): Generator<ValuePlace> {
    const { bytes, length } = this;
    for (let at = 0, from = 0, cell = 0, row = 0; at <= length; at++) {
      const isRowEnd = at === length || bytes[at] === ROW_SEPARATOR_BYTE;
      if (!isRowEnd && bytes[at] !== CELL_SEPARATOR_BYTE) continue;
      if (cell === column && at > from) yield { row, from, to: at };
      cell = isRowEnd ? 0 : cell + 1;
      if (isRowEnd) row++;
      from = at + 1;
    }
  }

  payload(): RowsPayload {
    return { text: this.bytes.subarray(0, this.length), hasEscapes: this.hasEscapes };
  }
}
