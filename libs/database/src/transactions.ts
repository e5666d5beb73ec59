import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** An open transaction: everything done through `manager` commits together or not at all. */
export interface Tx {
  readonly manager: EntityManager;
  /** Registers a hook that runs after the commit, in order, and before `run` returns. It does not run after a rollback. */
  afterCommit(hook: () => unknown): void;
}

/** Runs transactions, and hooks after their commit. */
@Injectable()
export class Transactions {
  private readonly log = new Logger(Transactions.name);
  private readonly companions: (() => boolean)[] = [];

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction; it is rolled back when `work` throws.
   * A hook that fails is logged and does not make `run` throw, because the change is committed.
   * When the server does not answer a COMMIT, the change may be committed. The hooks run then too: they invalidate caches and
   * enqueue jobs, which does no harm when nothing was committed.
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

  /**
   * Runs `work` of a single statement, which commits by itself: one round trip instead of three. The hooks also run when it fails,
   * because the server may have committed a statement that it did not answer.
   * @param work executes one statement with `manager`, and no second one.
   */
  async runOne<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.companions.some((due) => due())) return this.run(work);
    const hooks: (() => unknown)[] = [];
    try {
      return await work({ manager: this.dataSource.manager, afterCommit: (hook) => hooks.push(hook) });
    } finally {
      await this.afterCommit(hooks);
    }
  }

  /** @param due whether something else has to commit with the caller's change, so that `runOne` needs a transaction */
  accompany(due: () => boolean): void {
    this.companions.push(due);
  }

  private async afterCommit(hooks: (() => unknown)[]): Promise<void> {
    for (const hook of hooks) {
      try {
        await hook();
      } catch (error) {
        this.log.error({ err: error }, 'A hook after the commit failed');
      }
    }
  }
}
