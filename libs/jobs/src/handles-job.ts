import type { Tx } from '@app/database';
import { Process } from '@nestjs/bull';
import { Inject } from '@nestjs/common';
import type { Job } from 'bull';
import type { JobName, PayloadOf } from './job-catalogue.js';
import type { JobRef } from './job-queues.js';
import { type JobContext, type JobHooks, JobRunner } from './job-runner.js';

type Handler<N extends JobName> = (payload: PayloadOf<N>, context: JobContext) => Promise<void>;
type DeadHandler<N extends JobName> = (tx: Tx, payload: PayloadOf<N>, error: Error) => Promise<void>;

const RUNNER = Symbol('JobRunner');

/**
 * Marks a method of a `@Processor` class as the handler of the jobs of this name. It is `@Process(name)` of @nestjs/bull for a method
 * that takes the parsed payload and a context: Bull's call goes to the JobRunner, which calls the method. The JobRunner is injected
 * into the class as a property.
 * @param options.onDead the name of a method of the same class. It runs in the transaction that marks a job dead.
 * @example
 * @HandlesJob('csv.ingest', { onDead: 'giveUp' })
 * handleCsvIngest({ upload_id }: { upload_id: string }, context: JobContext): Promise<void>
 */
export function HandlesJob<N extends JobName, Method extends string = never>(
  name: N,
  { onDead }: { onDead?: Method } = {},
) {
  return <H extends Handler<N>>(
    target: object & Record<NoInfer<Method>, DeadHandler<N>>,
    key: string,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    Inject(JobRunner)(target, RUNNER);
    const handle = descriptor.value!;
    const run = function (
      this: Record<Method, DeadHandler<N>> & { [RUNNER]: JobRunner },
      ref: Job<JobRef>,
    ): Promise<void> {
      const hooks: JobHooks<N> = onDead ? { onDead: (tx, payload, error) => this[onDead](tx, payload, error) } : {};
      return this[RUNNER].run(name, ref, (payload, context) => handle.call(this, payload, context), hooks);
    };
    // Only Bull calls the method, with its own job.
    descriptor.value = run as unknown as H;
    Process(name)(target, key, descriptor);
  };
}
