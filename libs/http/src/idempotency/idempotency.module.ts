import { Transactions } from '@app/database';
import { Global, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntitySubscriberInterface, type TransactionCommitEvent } from 'typeorm';
import { IdempotencyCleanup } from './idempotency-cleanup.js';
import { IdempotencyStore } from './idempotency-store.js';
import { currentRequest } from './idempotent-request.js';

/** Records in each transaction of an idempotent request that the request takes effect. The handler does not have to do it. */
@Injectable()
class CommitRecorder implements EntitySubscriberInterface, OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: IdempotencyStore,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.dataSource.subscribers.push(this);
    this.transactions.accompany(() => currentRequest.current?.claim !== undefined);
  }

  async beforeTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
    const claim = currentRequest.current?.claim;
    if (claim) await this.store.recordEffect(queryRunner, claim);
  }
}

/** What `@Idempotent()` needs on any route of the api. */
@Global()
@Module({ providers: [IdempotencyStore, CommitRecorder, IdempotencyCleanup], exports: [IdempotencyStore] })
export class IdempotencyModule {}
