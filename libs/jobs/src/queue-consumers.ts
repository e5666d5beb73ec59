import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { type JobName, jobCatalogue, jobNames, type QueueName } from './job-catalogue.js';
import { JobQueues, type JobRef } from './job-queues.js';

type Handler = (job: Job<JobRef>) => Promise<void>;

/** A call of `queue.process` that is held back. */
interface Registration {
  queue: QueueName;
  job: string;
  start(concurrency: number): Promise<void>;
}

/**
 * Starts Bull's consumers once the worker is complete, and only if each job has exactly one handler, in the queue that the
 * catalogue names.
 *
 * The explorer of @nestjs/bull calls `queue.process` for each `@Process` method at module init. That is too early, because
 * nothing is checked and other modules are not initialised. The explorer also drops the promise that Bull returns, and its
 * rejection during a shutdown would end the process with an error. Therefore the queues get a `process` that holds the call
 * back until bootstrap.
 */
@Injectable()
export class QueueConsumers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(QueueConsumers.name);
  private readonly registrations: Registration[] = [];
  private stopping = false;

  // The explorer runs after every constructor, so no call is missed.
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly queues: JobQueues,
  ) {
    for (const [name, queue] of queues) {
      this.holdBack(name, queue);
      this.catchRejectionOfName(name, queue);
    }
  }

  /** @throws Error that names each job without its one handler, and the queues. */
  onApplicationBootstrap(): void {
    requireOneHandlerPerJob(this.registrations);
    for (const { job, start } of this.registrations) {
      start(this.concurrencyOf(job as JobName)).catch((error) => {
        // During a stop, Bull rejects when it was still waiting for Redis. At any other time the rejection ends the worker,
        // because a queue without a consumer would go unnoticed.
        if (!this.stopping) throw error;
      });
    }
    for (const queue of this.queues.values()) {
      // Bull gives a job to a second worker when the first did not renew its lock. The lease makes that harmless.
      queue.on('stalled', (job: Job) =>
        this.log.warn({ job: job.name, outbox_id: job.id }, 'Bull found a stalled job'),
      );
    }
  }

  /**
   * Takes no more jobs. Without the pause, Bull hands out jobs until it is closed, and it is closed only after the running jobs
   * have ended; each of those would wait for a sweep. This hook runs before the JobRunner interrupts the running jobs.
   */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const [name, queue] of this.queues) {
      queue.pause(true).catch((error) => this.log.warn({ err: error, queue: name }, 'Could not pause a queue'));
    }
  }

  private holdBack(name: QueueName, queue: Queue<JobRef>): void {
    const process = queue.process.bind(queue);
    // The explorer passes the name and the concurrency only if `@Process` has them. The concurrency is the catalogue's.
    const hold = async (...args: unknown[]): Promise<void> => {
      const handler = args.at(-1) as Handler;
      const job = args.length > 1 ? String(args[0]) : '';
      this.registrations.push({ queue: name, job, start: (concurrency) => process(job, concurrency, handler) });
    };
    queue.process = hold as Queue<JobRef>['process'];
  }

  /**
   * Bull names its blocking connection in Redis, for people who list the connections, and drops the promise. A stop before Redis
   * has answered would leave a rejection that nobody handles, and that ends a process.
   */
  private catchRejectionOfName(name: QueueName, queue: Queue<JobRef>): void {
    const named = queue as Queue<JobRef> & { setWorkerName(): Promise<void> };
    const setWorkerName = named.setWorkerName.bind(queue);
    named.setWorkerName = () =>
      setWorkerName().catch((error) => {
        if (!this.stopping) this.log.warn({ err: error, queue: name }, 'Could not name a connection in Redis');
      });
  }

  /** Bull adds up the concurrency of all names in one queue. */
  private concurrencyOf(job: JobName): number {
    const { concurrency } = jobCatalogue[job];
    return concurrency === 'INGEST_CONCURRENCY' ? this.config.INGEST_CONCURRENCY : concurrency;
  }
}

function requireOneHandlerPerJob(registrations: Registration[]): void {
  const unknown = registrations.filter(({ job }) => !(job in jobCatalogue));
  const faults = [
    ...jobNames.map((job) =>
      faultOf(
        job,
        registrations.filter((registration) => registration.job === job),
      ),
    ),
    ...unknown.map(
      ({ job, queue }) => `The queue "${queue}" has a handler for "${job}", which is not in the catalogue.`,
    ),
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new Error(faults.join(' '));
}

function faultOf(job: JobName, handlers: Registration[]): string | null {
  const { queue } = jobCatalogue[job];
  if (handlers.length === 0)
    return `The job ${job} has no handler: it needs one in a processor of the queue "${queue}".`;
  const found = handlers.map((handler) => `"${handler.queue}"`).join(', ');
  if (handlers.length > 1)
    return `The job ${job} has ${handlers.length} handlers (queues ${found}): it needs one, in a processor of the queue "${queue}".`;
  if (handlers[0]!.queue === queue) return null;
  return `The job ${job} has its handler in a processor of the queue ${found}: the catalogue names the queue "${queue}".`;
}
