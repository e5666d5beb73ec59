import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG, type Config } from '@app/config';
import { type ServerSettings, setLocal, Transactions, type Tx } from '@app/database';
import { OutboxRepository } from '@app/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { withoutStatementTimeout } from './background-statements.js';
import { WaitingScans } from './waiting-scans.js';

/** Any number, but the same in every process: the advisory lock of the worker that does background work. */
const SLOT_LOCK = 5_381_207_446;

/** How often a waiting job asks whether it may begin; that takes three short statements. */
const LOOK_EVERY_MS = 200;

/**
 * Runs the background work of all processes (builds of indexes, profiles) one at a time, and starts none while an ingest runs or a scan
 * waits for its turn. Work that was requested BACKGROUND_WAIT_MS ago no longer waits for ingests and scans; it only waits for the other
 * background work.
 */
@Injectable()
export class BackgroundSlot {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'BACKGROUND_WAIT_MS' | 'BACKGROUND_WORKERS'>,
    private readonly transactions: Transactions,
    private readonly outbox: OutboxRepository,
    private readonly scans: WaitingScans,
  ) {}

  /**
   * Waits for its turn, then runs `work` in a transaction without a statement timeout. The transaction holds the lock, so the slot is
   * free when the work ends, however it ends: also when the worker is killed or PostgreSQL restarts.
   * @param requestedAt by the clock of the database.
   * @param work must check again whether there is anything to do.
   * @throws the reason of `signal`, and what `work` throws
   */
  async run<T>(requestedAt: Date, signal: AbortSignal, work: (tx: Tx) => Promise<T>): Promise<T> {
    for (;;) {
      signal.throwIfAborted();
      const turn = await this.transactions.run(async (tx) => {
        if (!(await this.isOurTurn(tx, requestedAt))) return null;
        await tx.manager.query(setLocal(this.settings));
        return { result: await withoutStatementTimeout(tx.manager, signal, () => work(tx)) };
      });
      if (turn) return turn.result;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Memory and parallel workers of one background job, not of a request. */
  private get settings(): ServerSettings {
    const workers = this.config.BACKGROUND_WORKERS;
    return {
      maintenance_work_mem: '256MB',
      work_mem: '128MB',
      max_parallel_maintenance_workers: workers,
      max_parallel_workers_per_gather: workers,
    };
  }

  private async isOurTurn({ manager }: Tx, requestedAt: Date): Promise<boolean> {
    const [{ overdue }] = await manager.query(
      `SELECT clock_timestamp() >= $1::timestamptz + $2 * interval '1 ms' AS overdue`,
      [requestedAt, this.config.BACKGROUND_WAIT_MS],
    );
    if (!overdue) {
      if (await this.outbox.isBusyWith(manager, ['csv.ingest', 'csv.ingest-small'])) return false;
      if (await this.scans.any(manager)) return false;
    }
    const [{ ours }] = await manager.query('SELECT pg_try_advisory_xact_lock($1) AS ours', [SLOT_LOCK]);
    return ours;
  }
}
