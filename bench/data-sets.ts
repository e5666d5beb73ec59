import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { DataSet } from './data-sets/data-set.js';
import { orders } from './data-sets/orders.js';
import { readings } from './data-sets/readings.js';
import { tricky } from './data-sets/tricky.js';

export type { DataSet, DataSetColumn, Probe } from './data-sets/data-set.js';

/**
 * The files that measurements and tests are made with.
 * - `A`: 1,000,000 rows of 20 mixed columns, about 364 MB.
 * - `B`: 10,000,000 rows of 5 narrow columns, about 490 MB.
 * - `tricky`: 100,000 rows of everything that is legal and awkward; its headers need normalising.
 */
export const DATA_SETS = { A: orders, B: readings, tricky } satisfies Record<string, DataSet>;
export type DataSetName = keyof typeof DATA_SETS;

export interface DataSetSize {
  /** Default: the size that the data set is quoted for. */
  rows?: number;
  /** Default: 1. */
  seed?: number;
}

export interface WrittenDataSet {
  path: string;
  bytes: number;
  /** Records without the header. */
  rows: number;
  /** Hexadecimal, of the file. */
  sha256: string;
}

/**
 * The bytes of a data set, in chunks of at most about 1 MiB, for a reader that wants no file.
 * @throws RangeError for a number of rows or a seed that is none
 */
export function dataSetChunks(
  name: DataSetName,
  { rows = DATA_SETS[name].rows, seed = 1 }: DataSetSize = {},
): Generator<Buffer> {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new RangeError(`rows must be a whole number from 0, not ${rows}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, not ${seed}`);
  return DATA_SETS[name].chunks(rows, seed);
}

/** Writes a data set to `path`, which appears only when it is whole. Constant memory. */
export async function writeDataSet(name: DataSetName, path: string, size: DataSetSize = {}): Promise<WrittenDataSet> {
  const chunks = dataSetChunks(name, size);
  const hash = createHash('sha256');
  let bytes = 0;
  function* measured() {
    for (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    await pipeline(measured, createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { path, bytes, rows: size.rows ?? DATA_SETS[name].rows, sha256: hash.digest('hex') };
}
