import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/**
 * How often the server looks whether the worker is still there: without that, what a killed one has begun goes on to its end, and
 * whoever takes the job up has to wait for it. Where PostgreSQL runs on Windows it cannot look, and refuses to be told to.
 */
const LOOK_AFTER_WORKER = `CASE WHEN version() !~ 'windows' THEN set_config('client_connection_check_interval', '1s', TRUE) END`;

/** Long statements of jobs: no limit of time, but they end when the worker has to stop, and soon after it was killed. */
@Injectable()
export class BackgroundStatements {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work`, whose statements go through `manager` in a transaction, and cancels on the server what runs when `signal` is aborted.
   * @throws the signal's reason, or what became of the cancelled statement
   */
  async cancellable<T>(manager: EntityManager, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const [{ pid }] = await manager.query(`SELECT pg_backend_pid() AS pid, ${LOOK_AFTER_WORKER}`);
    signal.throwIfAborted();
    let cancelled: Promise<unknown> | undefined;
    const cancel = () => {
      cancelled = this.dataSource.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => {});
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', cancel);
      // What is on its way must not hit a later user of the connection.
      await cancelled;
    }
  }
}
