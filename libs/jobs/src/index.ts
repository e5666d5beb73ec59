export {
  backoffMs,
  type JobKind,
  type JobName,
  jobCatalogue,
  jobNames,
  type PayloadOf,
  QUEUES,
  type QueueName,
} from './job-catalogue.js';
export type { Ring } from './job-dispatcher.js';
export { JobOutbox } from './job-outbox.js';
export { JobSweeper } from './job-sweeper.js';
export { JobsModule } from './jobs.module.js';
export { OutboxRow } from './outbox.entity.js';
export { OutboxRepository } from './outbox.repository.js';
