export { HandlesJob } from './handles-job.js';
export { type JobContext, JobInterrupted, UnrecoverableError } from './job-runner.js';
export { JobsProcessorModule } from './jobs.processor.module.js';
