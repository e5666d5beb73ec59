import { sqlState } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type QueryRunner, type SelectQueryBuilder } from 'typeorm';
import { QueryTimeout } from '../rows.problems.js';

/** The asker is not there any more; nobody will see this. */
export class ClientGone extends Error {
  constructor() {
    super('The client has gone.');
    this.name = 'ClientGone';
  }
}

export interface ReadLimits {
  /** Each statement is stopped after this. */
  timeoutMs: number;
  /** Stops what runs, on the server too. */
  signal?: AbortSignal;
  /** Processes that may help with a scan; 0 leaves the machine to others. */
  parallelWorkers?: number;
}

export interface ReadSession {
  all<Row>(query: SelectQueryBuilder<object>): Promise<Row[]>;
}

const QUERY_CANCELED = '57014';
const UNDEFINED_TABLE = '42P01';

/**
 * Reads that cannot run away: each gets a connection, a read-only transaction with a statement timeout, and is cancelled on the
 * server when its asker has gone.
 */
@Injectable()
export class GuardedReads {
  private readonly log = new Logger(GuardedReads.name);

  constructor(private readonly dataSource: DataSource) {}

  /** @throws QueryTimeout, ClientGone; NotFound when the rows were deleted meanwhile */
  async run<T>(limits: ReadLimits, read: (session: ReadSession) => Promise<T>): Promise<T> {
    if (limits.signal?.aborted) throw new ClientGone();
    const runner = this.dataSource.createQueryRunner();
    let cancelled: Promise<unknown> | undefined;
    let forget = () => {};
    try {
      const pid = await begin(runner, limits);
      const cancel = () => {
        cancelled = this.cancel(pid);
      };
      limits.signal?.addEventListener('abort', cancel, { once: true });
      forget = () => limits.signal?.removeEventListener('abort', cancel);
      if (limits.signal?.aborted) throw new ClientGone();
      const result = await read({ all: (query) => query.setQueryRunner(runner).getRawMany() });
      forget();
      await cancelled;
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      forget();
      // The connection must not go back into the pool while a cancellation is on its way to it.
      await cancelled;
      await runner.query('ROLLBACK').catch(() => {});
      throw explained(error, limits.signal);
    } finally {
      await runner.release();
    }
  }

  private async cancel(pid: number): Promise<void> {
    await this.dataSource
      .query('SELECT pg_cancel_backend($1)', [pid])
      .catch((error) => this.log.warn({ err: error }, 'A query whose client has gone could not be cancelled'));
  }
}

/**
 * One round trip. Scans of a big upload are worth every helper that may be had, so its price is set to nothing; and none of these
 * queries runs long enough to repay just-in-time compilation.
 */
async function begin(runner: QueryRunner, { timeoutMs, parallelWorkers = 0 }: ReadLimits): Promise<number> {
  await runner.query(
    `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.max(1, Math.ceil(timeoutMs))}; SET LOCAL jit = off;
     SET LOCAL max_parallel_workers_per_gather = ${parallelWorkers};
     ${parallelWorkers > 0 ? 'SET LOCAL parallel_setup_cost = 10; SET LOCAL parallel_tuple_cost = 0.001;' : ''}`,
  );
  const [{ pid }] = await runner.query('SELECT pg_backend_pid() AS pid');
  return pid;
}

function explained(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new ClientGone();
  switch (sqlState(error)) {
    case QUERY_CANCELED:
      return new QueryTimeout({}, { cause: error });
    case UNDEFINED_TABLE:
      return new NotFound({ what: 'upload' }, { cause: error });
    default:
      return error;
  }
}
