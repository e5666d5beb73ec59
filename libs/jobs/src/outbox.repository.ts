import type { RequestContext } from '@app/logging';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { JobName } from './job-catalogue.js';
import { OutboxRow } from './outbox.entity.js';

/** A row to enqueue, and the delay before it runs. */
export interface DueJob {
  id: string;
  job: string;
  delayMs: number;
}

export interface ClaimedJob {
  payload: unknown;
  /** The number of this attempt, from 1. Interruptions do not count. */
  attempt: number;
  /** How many times the row was claimed, this claim included. */
  claims: number;
  /** The request that caused the job. */
  context: RequestContext | null;
}

/** A job without attempts left. Its payload has ids only, but perhaps the address of a password reset. */
export type DeadJob = Pick<OutboxRow, 'id' | 'job' | 'attempts' | 'last_error' | 'created_at'> & {
  dead_at: Date;
  payload: Record<string, unknown>;
};

/** What comes next for a job: it runs, a worker may claim it, it waits for its time, or nothing. */
export type JobState = 'running' | 'due' | 'delayed' | 'dead';

/** A row of the outbox, and its state. */
export type JobFacts = Omit<OutboxRow, 'lease_token' | 'payload'> & {
  payload: Record<string, unknown>;
  state: JobState;
};

const STATE = `CASE WHEN dead_at IS NOT NULL THEN 'dead' WHEN lease_until > clock_timestamp() THEN 'running'
                    WHEN run_at > clock_timestamp() THEN 'delayed' ELSE 'due' END`;

const JOB_FACTS = `SELECT id, job, payload, attempts, claims, run_at, enqueued_at, lease_until, dead_at, last_error, context, created_at, state
                     FROM (SELECT *, ${STATE} AS state FROM outbox) AS jobs`;

const DEAD_JOBS = `SELECT id, job, payload, attempts, last_error, created_at, dead_at FROM outbox WHERE dead_at IS NOT NULL`;

/** An error message that PostgreSQL accepts. A mail server can send a NUL, and a message that quotes a file can be as long as the file. */
const storable = (message: string): string => message.slice(0, 2_000).replaceAll('\0', '\uFFFD');

/** The statements of the outbox. */
@Injectable()
export class OutboxRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** All times are of PostgreSQL's clock: those of the processes may differ by an hour. */
  async insert(
    manager: EntityManager,
    { delayMs, ...row }: Pick<OutboxRow, 'id' | 'job' | 'payload' | 'context'> & { delayMs: number },
  ): Promise<void> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(OutboxRow)
      .values({ ...(row as object), run_at: () => `clock_timestamp() + ${Math.round(delayMs)} * interval '1 ms'` })
      .execute();
  }

  /**
   * Claims a job for `leaseMs` by compare-and-set: when Bull hands one job to two workers, one of them gets it. Bull measures a delay
   * with the clock of a worker: one that was an hour fast ran the clean-up of a file 15 minutes early, before its upload was recorded.
   * @returns null when the job is done, dead, claimed, or not due for more than a second.
   */
  async claim(id: string, leaseToken: string, leaseMs: number): Promise<ClaimedJob | null> {
    const [rows] = await this.dataSource.query(
      `UPDATE outbox
          SET lease_token = $2, lease_until = clock_timestamp() + $3 * interval '1 ms', claims = claims + 1
        WHERE id = $1 AND dead_at IS NULL AND run_at < clock_timestamp() + interval '1 s'
          AND (lease_until IS NULL OR lease_until < clock_timestamp())
    RETURNING payload, attempts, claims, context`,
      [id, leaseToken, leaseMs],
    );
    if (!rows[0]) return null;
    const { payload, attempts, claims, context } = rows[0];
    return { payload, attempt: attempts + 1, claims, context };
  }

  /** @returns false when another worker has the lease. */
  async renew(id: string, leaseToken: string, leaseMs: number): Promise<boolean> {
    const [, changed] = await this.dataSource.query(
      `UPDATE outbox SET lease_until = clock_timestamp() + $3 * interval '1 ms' WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, leaseMs],
    );
    return changed === 1;
  }

  /** Deletes the row of a job that is done. */
  async complete(id: string, leaseToken: string): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1 AND lease_token = $2', [id, leaseToken]);
  }

  /** Gives up the lease; the job runs again after `delayMs`. Without an `error` the job was interrupted, and the attempt does not count. */
  async release(id: string, leaseToken: string, delayMs: number, error: string | null): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox
          SET lease_token = NULL, lease_until = NULL, enqueued_at = NULL, last_error = coalesce($4::text, last_error),
              run_at = clock_timestamp() + $3 * interval '1 ms', attempts = attempts + CASE WHEN $4::text IS NULL THEN 0 ELSE 1 END
        WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, delayMs, error === null ? null : storable(error)],
    );
  }

  /** Ends the attempts and keeps the row for operators. @returns false when another worker has the lease. */
  async markDead(manager: EntityManager, id: string, leaseToken: string, error: string): Promise<boolean> {
    const [, changed] = await manager.query(
      `UPDATE outbox SET dead_at = clock_timestamp(), lease_token = NULL, lease_until = NULL, last_error = $3
        WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, storable(error)],
    );
    return changed === 1;
  }

  /** At most `limit` dead jobs, the longest dead first. */
  async findDead(limit: number): Promise<DeadJob[]> {
    return this.dataSource.query(`${DEAD_JOBS} ORDER BY dead_at LIMIT $1`, [limit]);
  }

  async getDead(id: string): Promise<DeadJob | null> {
    const [job] = await this.dataSource.query(`${DEAD_JOBS} AND id = $1`, [id]);
    return job ?? null;
  }

  /** Makes a dead job due, as if it had never run. @returns false when there is no such dead job */
  async reviveDead(id: string): Promise<boolean> {
    const [, changed] = await this.dataSource.query(
      `UPDATE outbox SET dead_at = NULL, attempts = 0, claims = 0, enqueued_at = NULL, run_at = clock_timestamp()
        WHERE id = $1 AND dead_at IS NOT NULL`,
      [id],
    );
    return changed === 1;
  }

  async deleteDead(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1 AND dead_at IS NOT NULL', [id]);
  }

  /**
   * Marks due rows that no worker has as enqueued, and returns them. A row counts as due when it was never enqueued, or more than
   * `enqueuedBeforeMs` ago, because Redis may have lost it. Sweepers of several processes share the work by SKIP LOCKED.
   */
  async takeDue(enqueuedBeforeMs: number, limit: number): Promise<DueJob[]> {
    const [rows] = await this.dataSource.query(
      `UPDATE outbox SET enqueued_at = clock_timestamp()
        WHERE id IN (
          SELECT id FROM outbox
           WHERE dead_at IS NULL AND run_at <= clock_timestamp()
             AND (lease_until IS NULL OR lease_until < clock_timestamp())
             AND (enqueued_at IS NULL OR enqueued_at < clock_timestamp() - $1 * interval '1 ms')
           ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id, job`,
      [enqueuedBeforeMs, limit],
    );
    return rows.map((row: { id: string; job: string }) => ({ ...row, delayMs: 0 }));
  }

  async markEnqueued(id: string): Promise<void> {
    await this.dataSource.query('UPDATE outbox SET enqueued_at = clock_timestamp() WHERE id = $1', [id]);
  }

  /** Whether a job of one of these names is running or due. One that waits for its next attempt is neither. */
  async isBusyWith(manager: EntityManager, names: JobName[]): Promise<boolean> {
    const [{ busy }] = await manager.query(
      `SELECT EXISTS (SELECT FROM outbox
                       WHERE job = ANY($1) AND dead_at IS NULL
                         AND (lease_until > clock_timestamp() OR run_at <= clock_timestamp())) AS busy`,
      [names],
    );
    return busy;
  }

  /** The number of jobs by name and state. */
  async countByState(): Promise<{ job: string; state: JobState; jobs: number }[]> {
    return this.dataSource.query(`SELECT job, ${STATE} AS state, count(*)::int AS jobs FROM outbox GROUP BY 1, 2`);
  }

  /** The newest jobs of these names in these states. */
  async findByState(names: string[], states: JobState[], offset: number, limit: number): Promise<JobFacts[]> {
    return this.dataSource.query(
      `${JOB_FACTS} WHERE job = ANY($1) AND state = ANY($2) ORDER BY created_at DESC, id OFFSET $3 LIMIT $4`,
      [names, states, offset, limit],
    );
  }

  async findById(id: string): Promise<JobFacts | null> {
    const [job] = await this.dataSource.query(`${JOB_FACTS} WHERE id = $1`, [id]);
    return job ?? null;
  }

  /** The number of jobs that are not done and of dead ones, by name, and for how long the oldest has been due that no worker runs. */
  async countByJob(): Promise<{ job: string; waiting: number; dead: number; oldest_due_seconds: number }[]> {
    return this.dataSource.query(
      `SELECT job, count(*) FILTER (WHERE dead_at IS NULL)::int AS waiting, count(*) FILTER (WHERE dead_at IS NOT NULL)::int AS dead,
              coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(run_at) FILTER (WHERE ${STATE} = 'due'))), 0)::float8 AS oldest_due_seconds
         FROM outbox GROUP BY job ORDER BY job`,
    );
  }
}
