import { RecurringTask } from './recurring-task.js';

const ROWS_PER_STATEMENT = 1_000;

/**
 * Deletes expired rows, at start and then at intervals. Queries ignore expired rows anyway; this only keeps a table small.
 * Each statement deletes at most 1,000 rows, so that it holds no lock for long.
 */
export abstract class ExpiredRowsCleanup extends RecurringTask {
  protected constructor(everyMs: number) {
    super({ everyMs, atStart: true, failure: 'Could not delete expired rows' });
  }

  /** @returns how many rows were deleted; less than `limit` when no expired row is left. */
  protected abstract removeSome(limit: number): Promise<number>;

  async run(): Promise<void> {
    while ((await this.removeSome(ROWS_PER_STATEMENT)) === ROWS_PER_STATEMENT && !this.stopping);
  }
}
