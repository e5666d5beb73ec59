import { setTimeout as sleep } from 'node:timers/promises';
import { isId } from '@app/database';
import { Injectable } from '@nestjs/common';
import { type JobName, jobCatalogue, jobNames, QUEUES, type QueueName } from './job-catalogue.js';
import { isStale, JobQueues } from './job-queues.js';
import { type JobFacts, type JobState, OutboxRepository } from './outbox.repository.js';

/** In place of a queue for jobs of a newer release, which wait for a worker that knows them. */
export const UNKNOWN_JOBS = 'unknown';
export type BoardQueue = QueueName | typeof UNKNOWN_JOBS;

/** A job as the outbox has it, and what Bull holds of it. */
export type BoardJob = JobFacts & {
  /** Bull's state of its copy; `stale` if it will never run that, `none` without one, `unknown` while Redis does not answer. */
  bull: string;
};

/** How many copies Bull holds of the jobs of a queue. */
export interface BullCounts {
  waiting: number;
  active: number;
  delayed: number;
}

/** While Redis is away or frozen, Bull's commands wait for it; whoever looks at jobs does not. */
const REDIS_ANSWERS_WITHIN_MS = 500;

const NO_JOBS: Record<JobState, number> = { running: 0, due: 0, delayed: 0, dead: 0 };

/** All jobs for people to look at: the outbox says which jobs there are, and Bull which of them it holds. */
@Injectable()
export class JobBoard {
  private counting: ReturnType<OutboxRepository['countByState']> | undefined;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly queues: JobQueues,
  ) {}

  readonly names: readonly BoardQueue[] = [...Object.values(QUEUES), UNKNOWN_JOBS];

  async count(queue: BoardQueue): Promise<Record<JobState, number>> {
    const counts = { ...NO_JOBS };
    for (const { job, state, jobs } of await this.allCounts()) if (queueOf(job) === queue) counts[state] += jobs;
    return counts;
  }

  /** @returns null while Redis does not answer */
  async countInBull(queue: BoardQueue): Promise<BullCounts | null> {
    const bull = this.bullOf(queue);
    return bull ? answered(bull.getJobCounts()) : null;
  }

  /** The newest first. */
  async list(queue: BoardQueue, states: JobState[], offset: number, limit: number): Promise<BoardJob[]> {
    const jobs = await this.outbox.findByState(await this.jobsOf(queue), states, offset, limit);
    return Promise.all(jobs.map((job) => this.withBull(job)));
  }

  async get(queue: BoardQueue, id: string): Promise<BoardJob | null> {
    const job = isId(id) ? await this.outbox.findById(id) : null;
    return job && queueOf(job.job) === queue ? this.withBull(job) : null;
  }

  /** What Redis says about itself; null while it does not answer. */
  async redisInfo(): Promise<string | null> {
    const bull = this.bullOf(QUEUES.mail);
    return bull ? answered(bull.client.info()) : null;
  }

  /** One statement counts the jobs of all queues; those who ask meanwhile get the same answer. */
  private allCounts() {
    this.counting ??= this.outbox.countByState().finally(() => {
      this.counting = undefined;
    });
    return this.counting;
  }

  private async jobsOf(queue: BoardQueue): Promise<string[]> {
    if (queue !== UNKNOWN_JOBS) return jobNames.filter((job) => jobCatalogue[job].queue === queue);
    return [...new Set((await this.allCounts()).map(({ job }) => job))].filter((job) => queueOf(job) === queue);
  }

  private async withBull(job: JobFacts): Promise<BoardJob> {
    const copy = await answered(this.copyOf(job));
    return { ...job, bull: copy ?? 'unknown' };
  }

  private async copyOf({ id, job }: JobFacts): Promise<string | null> {
    const queue = queueOf(job);
    if (queue === UNKNOWN_JOBS) return 'none';
    const copy = await this.bullOf(queue)?.getJob(id);
    if (copy === undefined) return null;
    if (copy === null) return 'none';
    return isStale(copy, job) ? 'stale' : copy.getState();
  }

  /** Undefined while there is no connection. */
  private bullOf(queue: BoardQueue) {
    const bull = queue === UNKNOWN_JOBS ? undefined : this.queues.get(queue);
    return bull?.client.status === 'ready' ? bull : undefined;
  }
}

const queueOf = (job: string): BoardQueue => jobCatalogue[job as JobName]?.queue ?? UNKNOWN_JOBS;

/** @returns null when Redis does not answer in time, or with an error */
const answered = <T>(answer: Promise<T>): Promise<T | null> =>
  Promise.race([answer.catch(() => null), sleep(REDIS_ANSWERS_WITHIN_MS, null, { ref: false })]);
