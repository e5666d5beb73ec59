import { cancellable } from '@app/database';
import type { EntityManager } from 'typeorm';

/**
 * Every second PostgreSQL checks whether the worker is still connected. Without the check, the statement of a killed worker runs to its
 * end, and the worker that takes the job over waits for it. PostgreSQL on Windows cannot check and rejects the setting.
 */
const CHECK_CONNECTION = `CASE WHEN version() !~ 'windows' THEN set_config('client_connection_check_interval', '1s', TRUE) END`;

/**
 * Runs the long statements of a job. Until the manager's transaction ends, its statements have no time limit. They end when `signal` is
 * aborted, and soon after the worker is killed.
 * @param manager of an open transaction, which `work` uses.
 * @throws the signal's reason, or the error of the cancelled statement
 */
export async function withoutStatementTimeout<T>(
  manager: EntityManager,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await manager.query(`SELECT set_config('statement_timeout', '0', TRUE), ${CHECK_CONNECTION}`);
  return cancellable(await manager.queryRunner!.connect(), { signal }, work);
}
