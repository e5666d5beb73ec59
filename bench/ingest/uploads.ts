import type { UploadView } from '../../test/support/client.js';
import type { WrittenDataSet } from '../data-sets.js';
import { bytesOf, type Cost, Meter, untilQuiet } from './meter.js';
import type { Stage } from './stage.js';

const LONGEST_INGEST_MS = 30 * 60_000;
const SHARED_TABLE = 'csv_rows';

/**
 * Uploads the file as often as `atOnce` says, and measures from the first claim until the last upload is completed, with dialect, types,
 * rows, checkpoints, statistics and mail. The worker is stopped until all files have arrived, so that it does not share the cores with the
 * client that sends them.
 * @throws Error unless every row of every upload is accepted
 */
export async function ingest(
  stage: Stage,
  file: WrittenDataSet,
  atOnce: number,
): Promise<{ cost: Cost; uploads: UploadView[] }> {
  await untilQuiet(stage);
  const sharedBefore = await bytesOf(stage, [SHARED_TABLE]);
  const sent: UploadView[] = [];
  let meter: Meter;
  process.kill(stage.workerPid, 'SIGSTOP');
  try {
    for (let n = 0; n < atOnce; n++) sent.push((await stage.client.upload({ path: file.path }, 'bench.csv')).body);
    meter = await Meter.start(stage);
  } finally {
    process.kill(stage.workerPid, 'SIGCONT');
  }
  const uploads = await Promise.all(sent.map(({ id }) => stage.client.untilFinal(id, LONGEST_INGEST_MS)));
  const { postgresCpu, walBytes, worker } = await meter.read();
  for (const { status, processed_rows, errors } of uploads) {
    if (status !== 'completed' || processed_rows !== file.rows)
      throw new Error(
        `An upload is ${status} with ${processed_rows} of ${file.rows} rows: ${JSON.stringify(errors)}\n${stage.workerLog()}`,
      );
  }
  const { rows } = await stage.db.query('SELECT DISTINCT rows_table AS name FROM csv_uploads WHERE id = ANY($1)', [
    uploads.map(({ id }) => id),
  ]);
  const tables: string[] = rows.map(({ name }) => name);
  const tableBytes = (await bytesOf(stage, tables)) - (tables.includes(SHARED_TABLE) ? sharedBefore : 0);
  const seconds = (latest(uploads, 'completed_at') - earliest(uploads, 'started_at')) / 1000;
  return { cost: { seconds, postgresCpu, walBytes, tableBytes, worker }, uploads };
}

export async function remove(stage: Pick<Stage, 'client'>, uploads: UploadView[]): Promise<void> {
  for (const { id } of uploads) await stage.client.send('DELETE', `/csv-data/uploads/${id}/`);
}

const timesOf = (uploads: UploadView[], what: string) => uploads.map((upload) => Date.parse(upload[what] as string));
export const latest = (uploads: UploadView[], what: string) => Math.max(...timesOf(uploads, what));
export const earliest = (uploads: UploadView[], what: string) => Math.min(...timesOf(uploads, what));
