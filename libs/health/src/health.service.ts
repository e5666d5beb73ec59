import { CacheConnection } from '@app/cache';
import { CONFIG, type Config, VERSION } from '@app/config';
import { ReadReplica, ReplicaUnfit } from '@app/database';
import { OutboxRepository, QUEUES } from '@app/jobs';
import { DiskRoom, FileStore } from '@app/storage';
import { getQueueToken } from '@nestjs/bull';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bull';
import { DataSource } from 'typeorm';
import type { HealthReportDto } from './dto/health-report.dto.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';
import { type Details, Down, Probe } from './probe.js';

const MISSED_BEATS = 3;

/** Often enough that there is a recent success when an answer is late because the pool is busy and not because the database is down. */
const CHECK_DATABASE_EVERY_MS = 1_000;

/** Object storage answers later than a health report may. A check takes two requests, which cost money. */
const CHECK_REMOTE_STORAGE_EVERY_MS = 20_000;
const REMOTE_STORAGE_COUNTS_FOR_MS = 3 * CHECK_REMOTE_STORAGE_EVERY_MS;

/** Checks the parts that the service needs: the database, a replica if one is set, Redis, the queues, the worker and the file storage. */
@Injectable()
export class HealthService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly timers: NodeJS.Timeout[] = [];
  private stopping = false;
  private readonly probes: Record<'database' | 'redis' | 'queue' | 'worker' | 'storage', Probe>;
  /** null where no replica is set. */
  private readonly replicaProbe: Probe | null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly cache: CacheConnection,
    @Inject(getQueueToken(QUEUES.ingest)) private readonly queue: Queue,
    private readonly heartbeats: HeartbeatsRepository,
    private readonly outbox: OutboxRepository,
    private readonly files: FileStore,
    private readonly room: DiskRoom,
    private readonly replica: ReadReplica,
  ) {
    this.probes = {
      database: new Probe(() => this.database()),
      redis: new Probe(() => this.redis()),
      queue: new Probe(() => this.queues()),
      worker: new Probe(() => this.worker()),
      storage: new Probe(() => this.storage(), files.disk === null ? REMOTE_STORAGE_COUNTS_FOR_MS : undefined),
    };
    this.replicaProbe = replica.isSet ? new Probe(() => this.lookAtReplica()) : null;
  }

  onApplicationBootstrap(): void {
    const { database, storage } = this.probes;
    const look = () => {
      void database.check();
      void this.replicaProbe?.check();
    };
    this.timers.push(setInterval(look, CHECK_DATABASE_EVERY_MS));
    if (this.files.disk !== null) return;
    void storage.check();
    this.timers.push(setInterval(() => void storage.check(), CHECK_REMOTE_STORAGE_EVERY_MS));
  }

  onModuleDestroy(): void {
    this.stopping = true;
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Runs all checks at the same time. Nothing works without the database; without any other part, some requests still do. */
  async report(): Promise<HealthReportDto> {
    const [database, redis, queue, worker, storage, replica] = await Promise.all([
      this.probes.database.check(),
      this.probes.redis.check(),
      this.probes.queue.check(),
      this.probes.worker.check(),
      this.probes.storage.check(),
      this.replicaProbe?.check(),
    ]);
    const checks = { database, ...(replica && { replica }), redis, queue, worker, storage };
    const allUp = Object.values(checks).every(({ status }) => status === 'up');
    return {
      status: database.status === 'down' ? 'unhealthy' : allUp ? 'healthy' : 'degraded',
      timestamp: new Date(),
      service: 'api',
      version: VERSION,
      checks,
    };
  }

  /** Whether a load balancer should send requests here: the process is not stopping, and the database answers. */
  async ready(): Promise<boolean> {
    return !this.stopping && (await this.probes.database.check()).status === 'up';
  }

  private async database(): Promise<Details> {
    await this.dataSource.query('SELECT 1');
    return {};
  }

  private async lookAtReplica(): Promise<Details> {
    try {
      return { lag_bytes: await this.replica.lagBytes() };
    } catch (error) {
      throw error instanceof ReplicaUnfit ? new Down(error.message) : error;
    }
  }

  private async redis(): Promise<Details> {
    if (!this.cache.up) throw new Down('not connected');
    await this.cache.redis.ping();
    return {};
  }

  private async queues(): Promise<Details> {
    if (this.queue.client.status !== 'ready') throw new Down('not connected');
    const [counts, jobs] = await Promise.all([this.queue.getJobCounts(), this.outbox.countByJob()]);
    const sum = (count: (job: { waiting: number; dead: number }) => number) =>
      jobs.reduce((total, job) => total + count(job), 0);
    return {
      outbox_waiting: sum((job) => job.waiting),
      outbox_dead: sum((job) => job.dead),
      ingest_active: counts.active,
    };
  }

  private async worker(): Promise<Details> {
    const { alive, latestAgoMs } = await this.heartbeats.recent(this.config.WORKER_HEARTBEAT_MS * MISSED_BEATS);
    if (alive === 0)
      throw new Down(latestAgoMs === null ? 'no worker has been seen' : `no worker for ${latestAgoMs} ms`);
    return { alive, last_heartbeat_ms_ago: latestAgoMs };
  }

  private async storage(): Promise<Details> {
    const { freeBytes } = await this.files.health();
    const shortage = await this.room.shortage();
    if (shortage) throw new Down(`less than the reserve is free: ${shortage.freeBytes} bytes`);
    return freeBytes === null ? {} : { free_bytes: freeBytes };
  }
}
