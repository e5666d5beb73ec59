export { IdempotencyModule } from './idempotency.module.js';
export * from './idempotency.problems.js';
export { IdempotencyOf, Idempotent } from './idempotent.decorators.js';
export type { Idempotency } from './idempotent-request.js';
