import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** An open transaction: everything asked of `manager` commits together or not at all. */
export interface Tx {
  readonly manager: EntityManager;
  /** Runs once the commit is certain, in the order of registration; awaited before `run` returns. Not called after a rollback. */
  afterCommit(hook: () => unknown): void;
}

@Injectable()
export class Transactions {
  private readonly log = new Logger(Transactions.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in one transaction; it is rolled back when `work` throws.
   * A hook that fails is logged and not thrown: the change is committed, and telling the caller otherwise would be a lie.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const hooks: (() => unknown)[] = [];
    const result = await this.dataSource.transaction((manager) =>
      work({ manager, afterCommit: (hook) => hooks.push(hook) }),
    );
    for (const hook of hooks) {
      try {
        await hook();
      } catch (error) {
        this.log.error({ err: error }, 'A step after the commit failed');
      }
    }
    return result;
  }
}
