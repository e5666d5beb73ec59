import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Long statements of jobs: no limit of time, but they end when the worker has to stop. */
@Injectable()
export class BackgroundStatements {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work`, whose statements go through `manager`, and cancels on the server what runs when `signal` is aborted.
   * @throws the signal's reason, or what became of the cancelled statement
   */
  async cancellable<T>(manager: EntityManager, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const [{ pid }] = await manager.query('SELECT pg_backend_pid() AS pid');
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
