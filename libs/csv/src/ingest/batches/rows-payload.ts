import { CELL_SEPARATOR, escapeCell, ROW_SEPARATOR } from '@app/csv-format';
import type { RowsPayload } from './batch.js';
import { type BufferPool, PooledBytes } from './buffer-pool.js';

const ROW_SEPARATOR_BYTE = ROW_SEPARATOR.charCodeAt(0);

/**
 * Collects the rows of one batch. Each row is written as bytes at once: five thousand strings that wait to be joined are five thousand
 * objects for the garbage collector to move. Strings are latin1 views of UTF-8.
 */
export class RowsCollector {
  count = 0;
  private hasEscapes = false;
  private readonly text: PooledBytes;

  constructor(pool: BufferPool) {
    this.text = new PooledBytes(pool);
  }

  /** Bytes of all cells so far. */
  get bytes(): number {
    return this.text.length;
  }

  /** @param cells in file order; they are copied @param needsEscape whether `escapeCell` changes one of them */
  add(cells: readonly string[], needsEscape: boolean): void {
    if (this.count++ > 0) this.text.appendByte(ROW_SEPARATOR_BYTE);
    if (needsEscape) this.hasEscapes = true;
    this.text.append((needsEscape ? cells.map(escapeCell) : cells).join(CELL_SEPARATOR));
  }

  payload(): RowsPayload {
    return { text: this.text.view(), hasEscapes: this.hasEscapes };
  }
}
