import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobHandlers } from './job-handlers.js';
import { JobRunner } from './job-runner.js';
import { JobsModule } from './jobs.module.js';

/** Handling jobs; only for the worker. */
@Global()
@Module({
  imports: [JobsModule, DiscoveryModule],
  providers: [JobRunner, JobHandlers],
  exports: [JobRunner],
})
export class JobsProcessorModule {}
