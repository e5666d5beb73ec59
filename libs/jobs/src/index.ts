export { DeadJobs } from './dead-jobs.js';
export { type BoardJob, type BoardQueue, JobBoard, UNKNOWN_JOBS } from './job-board.js';
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
export { type DeadJob, type JobState, OutboxRepository } from './outbox.repository.js';
