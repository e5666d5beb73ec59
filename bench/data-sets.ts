import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { DataSet } from './data-sets/data-set.js';
import { orders } from './data-sets/orders.js';
import { readings } from './data-sets/readings.js';
import { tricky } from './data-sets/tricky.js';
import { wide } from './data-sets/wide.js';

export type { DataSet, DataSetColumn, Probe } from './data-sets/data-set.js';

/**
 * The files for measurements and tests.
 * - `A`: 1,000,000 rows of 20 mixed columns, about 364 MB.
 * - `B`: 10,000,000 rows of 5 narrow columns, about 490 MB.
 * - `W`: 100,000 rows of 200 columns, about 250 MB.
 * - `tricky`: 100,000 rows with everything that is valid and difficult; its headers need normalising.
 */
export const DATA_SETS = { A: orders, B: readings, W: wide(200), tricky } satisfies Record<string, DataSet>;
export type DataSetName = keyof typeof DATA_SETS;

/** One of the named data sets, or one that the caller made. */
const dataSetOf = (set: DataSetName | DataSet): DataSet => (typeof set === 'string' ? DATA_SETS[set] : set);

export interface DataSetSize {
  /** Default: the usual size of the data set. */
  rows?: number;
  /** Default: 1. */
  seed?: number;
}

export interface WrittenDataSet {
  path: string;
  bytes: number;
  /** Records without the header. */
  rows: number;
  /** Of the file, hexadecimal. */
  sha256: string;
}

/**
 * The bytes of a data set in chunks of at most about 1 MiB, without a file.
 * @throws RangeError for an invalid number of rows or an invalid seed
 */
export function dataSetChunks(
  set: DataSetName | DataSet,
  { rows = dataSetOf(set).rows, seed = 1 }: DataSetSize = {},
): Generator<Buffer> {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new RangeError(`rows must be a whole number from 0, not ${rows}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, not ${seed}`);
  return dataSetOf(set).chunks(rows, seed);
}

/** Writes a data set to `path`. The file appears there only when it is complete. Uses constant memory. */
export async function writeDataSet(
  set: DataSetName | DataSet,
  path: string,
  size: DataSetSize = {},
): Promise<WrittenDataSet> {
  const chunks = dataSetChunks(set, size);
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
  return { path, bytes, rows: size.rows ?? dataSetOf(set).rows, sha256: hash.digest('hex') };
}
