import { waitUntil } from '../../scripts/processes/wait-until.js';
import type { Client, UploadView } from '../../test/support/client.js';
import type { WrittenDataSet } from '../data-sets.js';
import { untilQuiet } from '../ingest/meter.js';
import { earliest, latest, remove } from '../ingest/uploads.js';
import { median } from '../measure/statistics.js';
import { type CpuParts, medianParts, withCpu } from './parts-of-cpu.js';
import type { Stage } from './stage.js';

const LONGEST_INGEST_MS = 30 * 60_000;

/** The medians of some rounds with this many workers. */
export interface WorkersResult {
  workers: number;
  /** From the first claim of a job to the end of the last upload. */
  seconds: number;
  rows: number;
  cpu: CpuParts;
  /** CPU time of everything but the workers while one file is received. */
  received: CpuParts;
}

/** Ingests a file as often as `uploads` says, with this many workers, in each round. The first round is not counted: it compiles their code. */
export async function measureWorkers(
  stage: Stage,
  file: WrittenDataSet,
  { workers: count, uploads, rounds }: { workers: number; uploads: number; rounds: number },
): Promise<WorkersResult> {
  const workers = [];
  for (let n = 0; n < count; n++) workers.push(await stage.startWorker());
  const pids = workers.map(({ pid }) => pid);
  const seconds: number[] = [];
  const cpus: CpuParts[] = [];
  const received: CpuParts[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const measured = await ingestAll(stage, file, uploads, pids);
      if (round === 0) continue;
      seconds.push(measured.seconds);
      cpus.push(measured.cpu);
      received.push(measured.received);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  return {
    workers: count,
    seconds: median(seconds),
    rows: uploads * file.rows,
    cpu: medianParts(cpus),
    received: medianParts(received),
  };
}

/** The workers are stopped until all files have arrived, so that they do not share the cores with the client that sends them. */
async function ingestAll(
  stage: Stage,
  file: WrittenDataSet,
  count: number,
  workers: readonly number[],
): Promise<{ seconds: number; cpu: CpuParts; received: CpuParts }> {
  const { client, db } = stage;
  await untilQuiet({ db });
  const signal = (name: NodeJS.Signals) => {
    for (const pid of workers) process.kill(pid, name);
  };
  signal('SIGSTOP');
  let sent: { result: string[]; cpu: CpuParts };
  try {
    sent = await withCpu(stage.parts, () => sendAll(client, file, count));
    await db.query('CHECKPOINT');
  } finally {
    signal('SIGCONT');
  }
  const parts = [{ name: 'workers', pids: workers }, ...stage.parts];
  const { cpu } = await withCpu(parts, () => untilEnded(db, sent.result));
  const ended = await Promise.all(sent.result.map((id) => client.untilFinal(id)));
  requireAllRows(ended, file);
  await remove({ client }, ended);
  const each = Object.entries(sent.cpu).map(([name, used]) => [name, used / count] as const);
  return {
    seconds: (latest(ended, 'completed_at') - earliest(ended, 'started_at')) / 1000,
    cpu,
    received: Object.fromEntries(each),
  };
}

async function sendAll(client: Client, file: WrittenDataSet, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { status, body } = await client.upload({ path: file.path }, 'bench.csv');
    if (status !== 201) throw new Error(`An upload is refused: ${JSON.stringify(body)}`);
    ids.push(body.id);
  }
  return ids;
}

/** By one small query: an api that is asked for each upload would need a part of the cores. */
async function untilEnded(db: Stage['db'], ids: string[]): Promise<void> {
  await waitUntil(
    async () => {
      const { rows } = await db.query(
        'SELECT bool_and(completed_at IS NOT NULL) AS ended FROM csv_uploads WHERE id = ANY($1)',
        [ids],
      );
      return rows[0].ended as boolean;
    },
    { timeoutMs: LONGEST_INGEST_MS, everyMs: 100, onTimeout: () => new Error('The uploads did not end in time.') },
  );
}

function requireAllRows(uploads: UploadView[], file: WrittenDataSet): void {
  for (const { status, processed_rows, errors } of uploads) {
    if (status !== 'completed' || processed_rows !== file.rows) {
      throw new Error(`An upload is ${status} with ${processed_rows} of ${file.rows} rows: ${JSON.stringify(errors)}`);
    }
  }
}
