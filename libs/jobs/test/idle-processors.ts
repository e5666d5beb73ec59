import { Processor } from '@nestjs/bull';
import type { Type } from '@nestjs/common';
import { HandlesJob } from '../src/handles-job.js';
import { type JobName, jobCatalogue, jobNames, type QueueName } from '../src/job-catalogue.js';

/** A `@Processor` of the queue whose method does nothing with the jobs of this name. */
export function idleProcessor(name: JobName, queue: QueueName = jobCatalogue[name].queue): Type {
  class Idle {
    async handle(): Promise<void> {}
  }
  const method = Object.getOwnPropertyDescriptor(Idle.prototype, 'handle')!;
  HandlesJob(name)(Idle.prototype, 'handle', method);
  Object.defineProperty(Idle.prototype, 'handle', method);
  Processor(queue)(Idle);
  return Idle;
}

/** One idle processor for each job of the catalogue but `except`. */
export const idleProcessors = (...except: JobName[]): Type[] =>
  jobNames.filter((name) => !except.includes(name)).map((name) => idleProcessor(name));
