import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** An open transaction: everything asked of `manager` commits together or not at all. */
export interface Tx {
  readonly manager: EntityManager;
  /** Runs after the commit, in the order of registration; awaited before `run` returns. Not called after a rollback. */
  afterCommit(hook: () => unknown): void;
}

@Injectable()
export class Transactions {
  private readonly log = new Logger(Transactions.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction; it is rolled back when `work` throws.
   * A hook that fails is logged and not thrown: the change is committed, and telling the caller otherwise would be a lie.
   * A COMMIT that was sent and not answered may have happened, so the hooks run then too: they announce, and announcing what
   * did not come to pass does no harm.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const hooks: (() => unknown)[] = [];
    let committing = false;
    try {
      return await this.dataSource.transaction(async (manager) => {
        const result = await work({ manager, afterCommit: (hook) => hooks.push(hook) });
        committing = true;
        return result;
      });
    } finally {
      if (committing) await this.afterCommit(hooks);
    }
  }

  private async afterCommit(hooks: (() => unknown)[]): Promise<void> {
    for (const hook of hooks) {
      try {
        await hook();
      } catch (error) {
        this.log.error({ err: error }, 'A step after the commit failed');
      }
    }
  }
}
