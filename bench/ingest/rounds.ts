import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { UploadView } from '../../test/support/client.js';
import { hashRows, hashTable, readCsv } from '../../test/support/csv/oracle.js';
import { peakMegabytes, resetPeakMemory } from '../../test/support/memory.js';
import type { WrittenDataSet } from '../data-sets.js';
import { cpuSeconds } from '../http/side.js';
import { familyCpuSeconds } from './meters.js';
import type { Stage } from './stage.js';

/** The result of one COPY or one ingest. */
export interface Measured {
  seconds: number;
  postgresCpu: number;
  /** Of the worker; undefined for a COPY. */
  workerCpu?: number;
  workerMegabytes?: number;
}

const LONGEST_INGEST_MS = 30 * 60_000;

/** The reference: the server reads the same file into a logged table of text columns with an identity as primary key. */
export async function copy(stage: Stage, file: WrittenDataSet): Promise<Measured> {
  const columns = (await headerOf(file.path)).map((name) => `"${name}"`);
  await stage.db.query(
    `CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${columns.map((name) => `${name} text`).join(', ')})`,
  );
  await stage.db.query('CHECKPOINT');
  const cpu = familyCpuSeconds(stage.postgresPid);
  const started = performance.now();
  await stage.db.query(`COPY yardstick (${columns.join(', ')}) FROM '${file.path}' WITH (FORMAT csv, HEADER true)`);
  const seconds = (performance.now() - started) / 1000;
  const postgresCpu = familyCpuSeconds(stage.postgresPid) - cpu;
  await stage.db.query('DROP TABLE yardstick');
  return { seconds, postgresCpu };
}

/**
 * Uploads the file several times at once. Measures from the first claim until the last upload is completed, including dialect, types,
 * rows, checkpoints, statistics and mail.
 */
export async function ingest(stage: Stage, file: WrittenDataSet, uploads: number, verify: boolean): Promise<Measured> {
  await stage.db.query('CHECKPOINT');
  const cpu = { postgres: familyCpuSeconds(stage.postgresPid), worker: cpuSeconds(stage.workerPid)! };
  resetPeakMemory(stage.workerPid);
  const answers = await Promise.all(
    Array.from({ length: uploads }, () => stage.client.upload({ path: file.path }, 'bench.csv')),
  );
  const ended: UploadView[] = await Promise.all(
    answers.map(({ body }) => stage.client.untilFinal(body.id, LONGEST_INGEST_MS)),
  );
  for (const { status, processed_rows, errors } of ended) {
    if (status !== 'completed' || processed_rows !== file.rows)
      throw new Error(
        `An upload is ${status} with ${processed_rows} rows: ${JSON.stringify(errors)}\n${stage.workerLog()}`,
      );
  }
  const measured: Measured = {
    seconds: (latest(ended, 'completed_at') - earliest(ended, 'started_at')) / 1000,
    postgresCpu: familyCpuSeconds(stage.postgresPid) - cpu.postgres,
    workerCpu: cpuSeconds(stage.workerPid)! - cpu.worker,
    workerMegabytes: peakMegabytes(stage.workerPid),
  };
  if (verify) await requireSameRows(stage, file, ended[0]!);
  for (const { id } of ended) await stage.client.send('DELETE', `/csv-data/uploads/${id}/`);
  await untilPurged(stage);
  return measured;
}

const timesOf = (uploads: UploadView[], what: string) => uploads.map((upload) => Date.parse(upload[what] as string));
const latest = (uploads: UploadView[], what: string) => Math.max(...timesOf(uploads, what));
const earliest = (uploads: UploadView[], what: string) => Math.min(...timesOf(uploads, what));

/** Compares every cell, the order and the row numbers with the result of another parser. */
async function requireSameRows(stage: Stage, file: WrittenDataSet, upload: UploadView): Promise<void> {
  const { rows } = await stage.db.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [upload.id]);
  const keys = upload.columns.map(({ key }) => key);
  const stored = await hashTable(stage.db, rows[0].rows_table, upload.id, keys);
  const expected = await hashRows(readCsv(file.path));
  if (stored.rows !== expected.rows || stored.sha256 !== expected.sha256)
    throw new Error(`The rows differ: ${JSON.stringify({ stored, expected })}`);
  console.log(`  ${stored.rows} rows are the same as with csv-parse, by a hash over every cell: ${stored.sha256}`);
}

async function untilPurged(stage: Stage): Promise<void> {
  for (;;) {
    const { rows } = await stage.db.query('SELECT count(*)::int AS left FROM outbox WHERE dead_at IS NULL');
    if (rows[0].left === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function headerOf(path: string): Promise<string[]> {
  const input = createReadStream(path, { end: 64 * 1024 });
  for await (const line of createInterface({ input })) {
    input.destroy();
    return line.split(',');
  }
  throw new Error(`${path} is empty.`);
}

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
};
