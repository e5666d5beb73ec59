import type { BatchMemory } from './batch.js';
import { BufferPool } from './buffer-pool.js';

const FIRST_ROWS_BYTES = 256 * 1024;
const FIRST_REJECTS_BYTES = 64 * 1024;

/** The memory of batches: one pool per kind, since each kind has its own buffer size. A thread keeps it for all of its files. */
export class BatchPools {
  readonly rows = new BufferPool(FIRST_ROWS_BYTES);
  readonly facts = new BufferPool(FIRST_REJECTS_BYTES);
  readonly raws = new BufferPool(FIRST_REJECTS_BYTES);

  /** Begins another file. */
  restart(): void {
    for (const pool of [this.rows, this.facts, this.raws]) pool.restart();
  }

  /** Takes back the memory of a batch that nobody reads any more. */
  recycle({ rows, facts, raws }: BatchMemory): void {
    for (const memory of rows) this.rows.put(memory);
    for (const memory of facts) this.facts.put(memory);
    for (const memory of raws) this.raws.put(memory);
  }
}
