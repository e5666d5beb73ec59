import { waitUntil } from '../../scripts/processes/wait-until.js';
import { peakMegabytes, resetPeakMemory } from '../../test/support/memory.js';
import { cpuSeconds, familyCpuSeconds } from '../measure/cpu.js';
import type { Stage } from './stage.js';

/** What one COPY or one ingest cost. */
export interface Cost {
  seconds: number;
  /** Of the server and all of its processes, in seconds. */
  postgresCpu: number;
  walBytes: number;
  /** By how much the table grew, with its indexes and TOAST. */
  tableBytes: number;
  /** Undefined for a COPY. */
  worker?: { cpu: number; megabytes: number };
}

const LONGEST_WAIT_MS = 5 * 60_000;

/** Reads the counters of the servers: `start` writes a checkpoint and goes right before the work, `read` right behind it. */
export class Meter {
  private constructor(
    private readonly stage: Stage,
    private readonly cpu: { postgres: number; worker: number },
    private readonly walStart: string,
  ) {}

  static async start(stage: Stage): Promise<Meter> {
    await stage.db.query('CHECKPOINT');
    const { rows } = await stage.db.query('SELECT pg_current_wal_lsn() AS at');
    resetPeakMemory(stage.workerPid);
    const cpu = { postgres: familyCpuSeconds(stage.postgresPid)!, worker: cpuSeconds(stage.workerPid)! };
    return new Meter(stage, cpu, rows[0].at);
  }

  async read(): Promise<{ postgresCpu: number; walBytes: number; worker: { cpu: number; megabytes: number } }> {
    const { postgresPid, workerPid, db } = this.stage;
    const postgresCpu = familyCpuSeconds(postgresPid)! - this.cpu.postgres;
    const worker = { cpu: cpuSeconds(workerPid)! - this.cpu.worker, megabytes: peakMegabytes(workerPid) };
    const { rows } = await db.query('SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)::float8 AS bytes', [
      this.walStart,
    ]);
    return { postgresCpu, walBytes: rows[0].bytes, worker };
  }
}

/** Waits until no job (purge, profile) and no autovacuum runs, whose costs would be counted too. */
export async function untilQuiet({ db }: Pick<Stage, 'db'>): Promise<void> {
  await waitUntil(
    async () => {
      const { rows } = await db.query(
        `SELECT (SELECT count(*) FROM outbox WHERE dead_at IS NULL)
              + (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker') = 0 AS quiet`,
      );
      return rows[0].quiet as boolean;
    },
    {
      timeoutMs: LONGEST_WAIT_MS,
      everyMs: 200,
      onTimeout: () => new Error('The background jobs of the last round did not end.'),
    },
  );
}

/** Bytes of the tables with their indexes and TOAST. A table that does not exist has none. */
export async function bytesOf({ db }: Stage, tables: string[]): Promise<number> {
  const { rows } = await db.query(
    'SELECT coalesce(sum(pg_total_relation_size(to_regclass(name))), 0)::float8 AS bytes FROM unnest($1::text[]) AS name',
    [tables],
  );
  return rows[0].bytes;
}
