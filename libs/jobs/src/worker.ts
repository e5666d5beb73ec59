export { HandlesJob } from './handles-job.js';
export { type JobContext, type JobHooks, JobInterrupted, JobRunner, UnrecoverableError } from './job-runner.js';
export { JobsProcessorModule } from './jobs.processor.module.js';
