import { Global, Module } from '@nestjs/common';
import { CommitRecorder } from './commit-recorder.js';
import { IdempotencyCleanup } from './idempotency-cleanup.js';
import { IdempotencyStore } from './idempotency-store.js';

/** For the api: what `@Idempotent()` needs on any route. */
@Global()
@Module({ providers: [IdempotencyStore, CommitRecorder, IdempotencyCleanup], exports: [IdempotencyStore] })
export class IdempotencyModule {}
