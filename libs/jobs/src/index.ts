export { DeadJobs } from './dead-jobs.js';
export {
  type CsvIndexPayload,
  type CsvPurgePayload,
  jobCatalogue,
  jobNames,
  type PayloadOf,
  QUEUES,
} from './job-catalogue.js';
export { JobOutbox } from './job-outbox.js';
export { JobsModule } from './jobs.module.js';
export { OutboxRow } from './outbox.entity.js';
export { type DeadJob, OutboxRepository } from './outbox.repository.js';
