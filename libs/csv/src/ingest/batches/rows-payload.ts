import {
  ANY,
  CELL_SEPARATOR,
  escapeCell,
  narrow,
  needsEscape,
  ROW_SEPARATOR,
  type RowTarget,
  type TypeSet,
} from '@app/csv-format';
import type { RowsPayload } from './batch.js';
import type { BufferPool } from './buffer-pool.js';

const ROW_SEPARATOR_BYTE = ROW_SEPARATOR.charCodeAt(0);

export interface RowsLimits {
  /** Cells of a row. */
  width: number;
  decimal: '.' | ',';
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
  readonly types: TypeSet[];
  maxCount: number;
  readonly maxLength: number;
  hasEscapes = false;
  private readonly decimal: number;

  /** It takes no memory of the pool before the first row. */
  constructor(
    private readonly pool: BufferPool,
    { width, decimal, maxCount, maxLength }: RowsLimits,
  ) {
    this.types = new Array<TypeSet>(width).fill(ANY);
    this.decimal = decimal.charCodeAt(0);
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

  /** @param cells latin1 views of UTF-8, in file order, at most as many as there are columns */
  add(cells: string[]): void {
    const missing = this.types.length - cells.length;
    const isChanged = needsEscape(cells.join(''));
    const written = isChanged ? cells.map(escapeCell) : cells;
    const row = written.join(CELL_SEPARATOR) + CELL_SEPARATOR.repeat(missing);
    this.makeRoom(row.length + 1);
    if (this.count > 0) this.bytes[this.length++] = ROW_SEPARATOR_BYTE;
    const start = this.length;
    this.length += this.bytes.write(row, start, 'latin1');
    this.narrowBy(written, start);
    this.count++;
    if (isChanged) this.hasEscapes = true;
  }

  /** An escaped cell has no type but text, and neither has its exact text. */
  private narrowBy(written: readonly string[], start: number): void {
    const { types } = this;
    let from = start;
    for (let column = 0; column < written.length; column++) {
      const to = from + written[column]!.length;
      const possible = types[column]!;
      if (possible !== 0 && to > from) types[column] = narrow(possible, this.bytes, from, to, this.decimal);
      from = to + 1;
    }
  }

  payload(): RowsPayload {
    return { text: this.bytes.subarray(0, this.length), hasEscapes: this.hasEscapes };
  }
}
