import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const log = new Logger('Database');

/**
 * Runs `work` and, when `signal` is aborted meanwhile, cancels on the server the statement that the connection is executing.
 * Returns only after the cancellation has been answered: one that is still under way must not hit the connection's next user.
 * @param pid the `pg_backend_pid()` of the connection that `work` uses.
 * @throws the signal's reason when it is aborted already; else what `work` throws (SQLSTATE 57014 for a cancelled statement).
 */
export async function cancelOnAbort<T>(
  dataSource: DataSource,
  pid: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  let cancelled: Promise<unknown> | undefined;
  const cancel = () => {
    cancelled = dataSource
      .query('SELECT pg_cancel_backend($1)', [pid])
      .catch((error) => log.warn({ err: error }, 'Could not cancel a statement'));
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', cancel);
    await cancelled;
  }
}
