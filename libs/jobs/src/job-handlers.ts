import { CONFIG, type Config } from '@app/config';
import { getQueueToken } from '@nestjs/bull';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModuleRef, Reflector } from '@nestjs/core';
import type { Job, Queue } from 'bull';
import { HANDLES_JOB } from './handles-job.js';
import { type JobName, jobCatalogue, jobNames, QUEUES, type QueueName } from './job-catalogue.js';
import type { Ring } from './job-dispatcher.js';

type Handler = (job: Job<Ring>) => Promise<unknown>;

/** Binds every `@HandlesJob` to its queue once the worker is whole; boot fails unless each job has exactly one. */
@Injectable()
export class JobHandlers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(JobHandlers.name);
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
  ) {}

  onApplicationBootstrap(): void {
    const handlers = this.findHandlers();
    const faults = jobNames
      .map((name) => ({ name, found: handlers.get(name)?.length ?? 0 }))
      .filter(({ found }) => found !== 1)
      .map(({ name, found }) => `${name} has ${found}`);
    if (faults.length > 0) throw new Error(`Each job needs exactly one handler: ${faults.join(', ')}.`);
    for (const name of jobNames) this.bind(name, handlers.get(name)![0]!);
    for (const name of Object.values(QUEUES)) {
      // Bull gives a job to a second worker when the first was silent for a lock's time; harmless here, but a sign of trouble.
      this.queue(name).on('stalled', (job: Job) =>
        this.log.warn({ job: job.name, outbox_id: job.id }, 'Bull found a stalled job'),
      );
    }
  }

  /**
   * Takes no more. Bull would go on handing out jobs until it is closed, which is when the running ones have let go; each would
   * end unhandled and wait for a sweep. First of all, before the JobRunner interrupts anything; it also is what waits.
   */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const name of Object.values(QUEUES)) {
      this.queue(name)
        .pause(true)
        .catch((error) => this.log.warn({ err: error, queue: name }, 'A queue could not be paused'));
    }
  }

  private queue(name: QueueName): Queue<Ring> {
    return this.modules.get<Queue<Ring>>(getQueueToken(name), { strict: false });
  }

  private findHandlers(): Map<JobName, Handler[]> {
    const handlers = new Map<JobName, Handler[]>();
    for (const { instance } of this.discovery.getProviders()) {
      if (!instance || typeof instance !== 'object') continue;
      for (const method of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
        const name = this.reflector.get<JobName | undefined>(HANDLES_JOB, instance[method]);
        if (name) handlers.set(name, [...(handlers.get(name) ?? []), instance[method].bind(instance)]);
      }
    }
    return handlers;
  }

  private bind(name: JobName, handler: Handler): void {
    const { queue, concurrency } = jobCatalogue[name];
    this.queue(queue)
      .process(name, concurrency === 'INGEST_CONCURRENCY' ? this.config.INGEST_CONCURRENCY : concurrency, handler)
      .catch((error) => {
        // Closed while it still waited for Redis. At any other time a queue that nobody listens to ends the worker.
        if (!this.stopping) throw error;
      });
  }
}
