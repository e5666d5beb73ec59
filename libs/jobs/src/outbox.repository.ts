import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OutboxRow } from './outbox.entity.js';

/** A row that is to be rung, and how long from now. */
export interface DueJob {
  id: string;
  job: string;
  delayMs: number;
}

export interface ClaimedJob {
  payload: unknown;
  /** This attempt's number, from 1; interruptions do not count. */
  attempt: number;
  /** How often it was taken up, this time included. */
  claims: number;
}

/** An error's words as PostgreSQL takes them: a mail server's may hold a NUL, and a file's may be as long as the file. */
const storable = (words: string): string => words.slice(0, 2_000).replaceAll('\0', '\uFFFD');

@Injectable()
export class OutboxRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, row: Pick<OutboxRow, 'id' | 'job' | 'payload' | 'run_at'>): Promise<void> {
    await manager
      .createQueryBuilder()
      .insert()
      .into(OutboxRow)
      .values(row as object)
      .execute();
  }

  /**
   * Takes a job for `leaseMs`, by compare-and-set: of two workers that were given the same one, one gets it.
   * @returns null when it is settled, dead, or in somebody's hands.
   */
  async claim(id: string, leaseToken: string, leaseMs: number): Promise<ClaimedJob | null> {
    const [rows] = await this.dataSource.query(
      `UPDATE outbox
          SET lease_token = $2, lease_until = clock_timestamp() + $3 * interval '1 ms', claims = claims + 1
        WHERE id = $1 AND dead_at IS NULL AND (lease_until IS NULL OR lease_until < clock_timestamp())
    RETURNING payload, attempts, claims`,
      [id, leaseToken, leaseMs],
    );
    return rows[0] ? { payload: rows[0].payload, attempt: rows[0].attempts + 1, claims: rows[0].claims } : null;
  }

  /** @returns false when the lease is no longer ours. */
  async renew(id: string, leaseToken: string, leaseMs: number): Promise<boolean> {
    const [, changed] = await this.dataSource.query(
      `UPDATE outbox SET lease_until = clock_timestamp() + $3 * interval '1 ms' WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, leaseMs],
    );
    return changed === 1;
  }

  /** The job is done and leaves no trace. */
  async settle(id: string, leaseToken: string): Promise<void> {
    await this.dataSource.query('DELETE FROM outbox WHERE id = $1 AND lease_token = $2', [id, leaseToken]);
  }

  /** Gives the job back, to be taken up again after `delayMs`. Without an `error` it was interrupted, which is no attempt. */
  async release(id: string, leaseToken: string, delayMs: number, error: string | null): Promise<void> {
    await this.dataSource.query(
      `UPDATE outbox
          SET lease_token = NULL, lease_until = NULL, rung_at = NULL, last_error = coalesce($4::text, last_error),
              run_at = clock_timestamp() + $3 * interval '1 ms', attempts = attempts + CASE WHEN $4::text IS NULL THEN 0 ELSE 1 END
        WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, delayMs, error === null ? null : storable(error)],
    );
  }

  /** No more attempts; the row stays, to be seen. @returns false when the lease is no longer ours. */
  async bury(manager: EntityManager, id: string, leaseToken: string, error: string): Promise<boolean> {
    const [, changed] = await manager.query(
      `UPDATE outbox SET dead_at = clock_timestamp(), lease_token = NULL, lease_until = NULL, last_error = $3
        WHERE id = $1 AND lease_token = $2`,
      [id, leaseToken, storable(error)],
    );
    return changed === 1;
  }

  /**
   * Marks as rung, and returns, what is due and in nobody's hands: never rung, or rung so long ago (`patienceMs`) that Redis may
   * have lost it. Sweepers of several processes share the work: each skips what another holds.
   */
  async takeDue(patienceMs: number, limit: number): Promise<DueJob[]> {
    const [rows] = await this.dataSource.query(
      `UPDATE outbox SET rung_at = clock_timestamp()
        WHERE id IN (
          SELECT id FROM outbox
           WHERE dead_at IS NULL AND run_at <= clock_timestamp()
             AND (lease_until IS NULL OR lease_until < clock_timestamp())
             AND (rung_at IS NULL OR rung_at < clock_timestamp() - $1 * interval '1 ms')
           ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id, job`,
      [patienceMs, limit],
    );
    return rows.map((row: { id: string; job: string }) => ({ ...row, delayMs: 0 }));
  }

  async markRung(id: string): Promise<void> {
    await this.dataSource.query('UPDATE outbox SET rung_at = clock_timestamp() WHERE id = $1', [id]);
  }

  /** Jobs that wait, and jobs that are dead, by name. */
  async countByJob(): Promise<{ job: string; waiting: number; dead: number }[]> {
    return this.dataSource.query(
      `SELECT job, count(*) FILTER (WHERE dead_at IS NULL)::int AS waiting, count(*) FILTER (WHERE dead_at IS NOT NULL)::int AS dead
         FROM outbox GROUP BY job ORDER BY job`,
    );
  }
}
