export { HandlesJob } from './handles-job.js';
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
export { HopelessJob, type JobContext, type JobHooks, JobInterrupted, JobRunner } from './job-runner.js';
export { JobSweeper } from './job-sweeper.js';
export { JobsModule } from './jobs.module.js';
export { JobsProcessorModule } from './jobs.processor.module.js';
export { OutboxRow } from './outbox.entity.js';
export { OutboxRepository } from './outbox.repository.js';
