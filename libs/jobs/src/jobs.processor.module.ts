import { Global, Module } from '@nestjs/common';
import { JobRunner } from './job-runner.js';
import { JobsModule } from './jobs.module.js';
import { QueueConsumers } from './queue-consumers.js';

/** Handling jobs; only for the worker. */
@Global()
@Module({
  imports: [JobsModule],
  providers: [JobRunner, QueueConsumers],
  exports: [JobRunner],
})
export class JobsProcessorModule {}
