import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntitySubscriberInterface, type TransactionCommitEvent } from 'typeorm';
import { IdempotencyStore } from './idempotency-store.js';
import { currentRequest } from './idempotent-request.js';

/** Lets each transaction that an idempotent request commits say so, in the same commit and unasked. */
@Injectable()
export class CommitRecorder implements EntitySubscriberInterface, OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: IdempotencyStore,
  ) {}

  onModuleInit(): void {
    this.dataSource.subscribers.push(this);
  }

  async beforeTransactionCommit({ queryRunner }: TransactionCommitEvent): Promise<void> {
    const claim = currentRequest.current?.claim;
    if (claim) await this.store.witness(queryRunner, claim);
  }
}
