import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class HeartbeatsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async beat(worker: { id: string; hostname: string; pid: number; startedAt: Date }): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO worker_heartbeats (worker_id, hostname, pid, started_at, beat_at) VALUES ($1, $2, $3, $4, clock_timestamp())
       ON CONFLICT (worker_id) DO UPDATE SET beat_at = excluded.beat_at`,
      [worker.id, worker.hostname, worker.pid, worker.startedAt],
    );
  }

  async remove(workerId: string): Promise<void> {
    await this.dataSource.query('DELETE FROM worker_heartbeats WHERE worker_id = $1', [workerId]);
  }

  /** Deletes the rows of workers that were killed. */
  async removeOlderThan(ms: number): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM worker_heartbeats WHERE beat_at < clock_timestamp() - $1 * interval '1 ms'`,
      [ms],
    );
  }

  /** How many workers wrote a heartbeat within the last `ms`, and how long ago the latest one was, in ms (null without any). */
  async recent(ms: number): Promise<{ alive: number; latestAgoMs: number | null }> {
    const [row] = await this.dataSource.query(
      `SELECT count(*) FILTER (WHERE beat_at >= clock_timestamp() - $1 * interval '1 ms')::int AS alive,
              (extract(epoch FROM clock_timestamp() - max(beat_at)) * 1000)::int AS latest_ago_ms
         FROM worker_heartbeats`,
      [ms],
    );
    return { alive: row.alive, latestAgoMs: row.latest_ago_ms };
  }
}
