import { randomUUID } from 'node:crypto';
import { CONFIG, type Config } from '@app/config';
import { isDatabaseAway, isDiskFull, Transactions, type Tx } from '@app/database';
import { type LogContext, logContext } from '@app/logging';
import { StorageFull } from '@app/problems';
import { tracing } from '@app/tracing';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { Job } from 'bull';
import { backoffMs, type JobName, jobCatalogue, type PayloadOf } from './job-catalogue.js';
import type { JobRef } from './job-queues.js';
import { type ClaimedJob, OutboxRepository } from './outbox.repository.js';

/** A handler throws this when another attempt cannot help. The job is then dead at once. */
export class UnrecoverableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnrecoverableError';
  }
}

/** Ends a job that kills its worker each time. A long ingest with many deploys and restarts stays far below it. */
const MAX_CLAIMS = 200;

/** The reason of an aborted `JobContext.signal`. */
export class JobInterrupted extends Error {
  constructor(readonly reason: 'lease-lost' | 'shutdown') {
    super(reason === 'shutdown' ? 'The worker is stopping.' : 'Another worker has taken the job.');
    this.name = 'JobInterrupted';
  }
}

export interface JobContext {
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted with a JobInterrupted when the lease is lost or the worker stops. The handler then ends soon; the next attempt does the rest. */
  readonly signal: AbortSignal;
}

export interface JobHooks<N extends JobName> {
  /** Runs in the transaction that marks the job dead, so that the rows that wait for the job change together with it. */
  onDead?(tx: Tx, payload: PayloadOf<N>, error: Error): Promise<void>;
}

/**
 * Runs a job that Bull hands over: claims its outbox row, renews the lease while the handler works, then deletes or releases the row.
 * To Bull every job succeeds: a failed one is enqueued again from the outbox.
 */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly log = new Logger(JobRunner.name);
  private readonly running = new Map<Promise<void>, AbortController>();
  private stopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly outbox: OutboxRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Interrupts the running jobs and waits for them, at most SHUTDOWN_TIMEOUT_MS. The lease of a job that is still running expires. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const controller of this.running.values()) controller.abort(new JobInterrupted('shutdown'));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.config.SHUTDOWN_TIMEOUT_MS);
    });
    await Promise.race([Promise.allSettled(this.running.keys()), timeout]);
    clearTimeout(timer);
  }

  async run<N extends JobName>(
    name: N,
    ref: Job<JobRef>,
    handler: (payload: PayloadOf<N>, context: JobContext) => Promise<void>,
    hooks: JobHooks<N> = {},
  ): Promise<void> {
    if (this.stopping) return;
    const controller = new AbortController();
    const outboxId = ref.data.outbox_id;
    const lines: LogContext = { outbox_id: outboxId };
    const work = logContext.run(lines, () => this.attempt(name, outboxId, lines, controller, handler, hooks));
    this.running.set(work, controller);
    try {
      await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async attempt<N extends JobName>(
    name: N,
    jobId: string,
    lines: LogContext,
    controller: AbortController,
    handler: (payload: PayloadOf<N>, context: JobContext) => Promise<void>,
    hooks: JobHooks<N>,
  ): Promise<void> {
    const leaseToken = randomUUID();
    const claimed = await this.outbox.claim(jobId, leaseToken, this.config.JOBS_LEASE_MS);
    if (!claimed) return;
    // From here on, log lines and the jobs that this one causes name the request, too.
    Object.assign(lines, claimed.context);

    const stopRenewing = this.keepLease(jobId, leaseToken, controller);
    try {
      if (claimed.claims > MAX_CLAIMS)
        throw new UnrecoverableError(`Workers died ${claimed.claims - 1} times while they had this job.`);
      const payload = this.parsePayload(name, claimed);
      const { attempt, context } = claimed;
      const facts = { queue: jobCatalogue[name].queue, outboxId: jobId, attempt };
      await tracing.job(name, facts, context?.traceparent, async () => {
        lines.traceparent = tracing.traceparent() ?? lines.traceparent;
        await handler(payload, { jobId, attempt, signal: controller.signal });
        await this.outbox.complete(jobId, leaseToken);
      });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      await this.handleFailure(name, jobId, leaseToken, claimed, error, controller.signal, hooks);
    } finally {
      stopRenewing();
    }
  }

  private parsePayload<N extends JobName>(name: N, claimed: ClaimedJob): PayloadOf<N> {
    const parsed = jobCatalogue[name].payload.safeParse(claimed.payload);
    if (!parsed.success)
      throw new UnrecoverableError(`The payload does not match the job ${name}: ${parsed.error.message}`);
    return parsed.data as PayloadOf<N>;
  }

  /**
   * Renews the lease three times within its duration. When PostgreSQL does not answer for the whole duration, the lease has expired
   * and the job is interrupted.
   * @returns a function that stops renewing.
   */
  private keepLease(jobId: string, leaseToken: string, controller: AbortController): () => void {
    const leaseMs = this.config.JOBS_LEASE_MS;
    let renewedAt = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - renewedAt > leaseMs) {
        controller.abort(new JobInterrupted('lease-lost'));
        return;
      }
      const askedAt = Date.now();
      this.outbox
        .renew(jobId, leaseToken, leaseMs)
        .then((ours) => {
          if (ours) renewedAt = askedAt;
          else controller.abort(new JobInterrupted('lease-lost'));
        })
        .catch((error) => this.log.warn({ err: error, outbox_id: jobId }, 'Could not renew a lease'));
    }, leaseMs / 3);
    return () => clearInterval(timer);
  }

  private async handleFailure<N extends JobName>(
    name: N,
    jobId: string,
    leaseToken: string,
    claimed: ClaimedJob,
    error: Error,
    signal: AbortSignal,
    hooks: JobHooks<N>,
  ): Promise<void> {
    const facts = { job: name, attempt: claimed.attempt };
    if (signal.aborted) {
      this.log.log({ ...facts, reason: String(signal.reason) }, 'A job was interrupted; it will run again');
      await this.outbox.release(jobId, leaseToken, 0, null);
      return;
    }
    const kind = jobCatalogue[name];
    // Not a fault of the job: it waits until the database answers, or there is room on the disk.
    const away = isDatabaseAway(error) || isDiskFull(error) || error instanceof StorageFull;
    const dead = error instanceof UnrecoverableError || (claimed.attempt >= kind.attempts && !away);
    if (dead && (await this.markDead(name, jobId, leaseToken, claimed, error, hooks))) return;
    const delayMs = backoffMs(kind, claimed.attempt);
    this.log.warn({ ...facts, err: error, delay_ms: delayMs }, 'A job failed; it will run again');
    await this.outbox.release(jobId, leaseToken, delayMs, away ? null : error.message);
  }

  /** @returns false when the `onDead` hook failed. The job is not dead then, and must be released. */
  private async markDead<N extends JobName>(
    name: N,
    jobId: string,
    leaseToken: string,
    { attempt, payload }: ClaimedJob,
    error: Error,
    hooks: JobHooks<N>,
  ): Promise<boolean> {
    try {
      const isOurs = await this.transactions.run(async (tx) => {
        if (!(await this.outbox.markDead(tx.manager, jobId, leaseToken, error.message))) return false;
        const parsed = jobCatalogue[name].payload.safeParse(payload);
        if (parsed.success) await hooks.onDead?.(tx, parsed.data as PayloadOf<N>, error);
        return true;
      });
      if (isOurs) this.log.error({ job: name, attempt, err: error }, 'A job is dead');
      return true;
    } catch (failure) {
      this.log.error({ job: name, attempt, err: failure }, 'Could not mark a job dead');
      return false;
    }
  }
}
