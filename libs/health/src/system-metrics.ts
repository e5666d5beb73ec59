import { jobCatalogue, jobNames, OutboxRepository, QUEUES } from '@app/jobs';
import { metrics, metricsText } from '@app/metrics';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';

/** Metrics that are read when they are requested. Jobs are counted in the database, so each process reports the jobs of all. */
@Injectable()
export class SystemMetrics {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: OutboxRepository,
    private readonly files: FileStore,
  ) {}

  /** All metrics as text. While the database or the disk does not answer, the metrics about it are left out. */
  async text(): Promise<string> {
    this.lookAtPool();
    await Promise.all([
      this.lookAtJobs().catch(() => this.forgetJobs()),
      this.lookAtDisk().catch(() => metrics.diskFree.remove()),
    ]);
    return metricsText();
  }

  private lookAtPool(): void {
    const { totalCount, idleCount, waitingCount } = (this.dataSource.driver as unknown as { master: Pool }).master;
    metrics.pool.set({ state: 'used' }, totalCount - idleCount);
    metrics.pool.set({ state: 'idle' }, idleCount);
    metrics.pool.set({ state: 'waiting' }, waitingCount);
  }

  private async lookAtDisk(): Promise<void> {
    const free = await this.files.freeBytes();
    // Not reset(), which sets a metric without labels to 0: that would say that the disk is full.
    if (free === null) metrics.diskFree.remove();
    else metrics.diskFree.set(free);
  }

  private async lookAtJobs(): Promise<void> {
    const found = new Map((await this.outbox.countByJob()).map((counts) => [counts.job, counts]));
    const oldest = new Map<string, number>(Object.values(QUEUES).map((queue) => [queue, 0]));
    for (const name of jobNames) {
      const { queue } = jobCatalogue[name];
      const { waiting = 0, dead = 0, oldest_due_seconds = 0 } = found.get(name) ?? {};
      metrics.jobs.set({ queue, name, state: 'waiting' }, waiting);
      metrics.jobs.set({ queue, name, state: 'dead' }, dead);
      oldest.set(queue, Math.max(oldest.get(queue)!, oldest_due_seconds));
    }
    for (const [queue, seconds] of oldest) metrics.oldestJob.set({ queue }, seconds);
  }

  private forgetJobs(): void {
    metrics.jobs.reset();
    metrics.oldestJob.reset();
  }
}
