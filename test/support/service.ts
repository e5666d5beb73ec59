import { DataSource } from 'typeorm';
import { Client } from './client.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type SmtpInbox, startSmtpInbox } from './mail/index.js';
import { type ApiProcess, type AppProcess, sharedDataDir, startApi, startWorker } from './processes.js';
import type { TestRedis } from './redis.js';
import { startServiceRedis } from './redis-topology.js';

/** Short intervals, so that tests see the recovery quickly. */
const QUICK = {
  JOBS_LEASE_MS: '1500',
  JOBS_SWEEP_MS: '200',
  WORKER_HEARTBEAT_MS: '300',
  SHUTDOWN_TIMEOUT_MS: '5000',
  RATE_LIMIT: 'off',
  PASSWORD_HASH_MEMORY_KIB: '1024',
};

/** The whole service: api and worker as processes, with their own PostgreSQL database, Redis and mail server. */
export class Service {
  private constructor(
    readonly database: TestDatabase,
    readonly sql: DataSource,
    readonly redis: TestRedis,
    readonly inbox: SmtpInbox,
    readonly env: Record<string, string>,
    readonly apis: ApiProcess[],
    readonly workers: AppProcess[],
  ) {}

  static async start(
    options: { env?: Record<string, string>; workers?: number; apis?: number; database?: TestDatabase } = {},
  ): Promise<Service> {
    const [database, redis, inbox] = await Promise.all([
      options.database ?? createTestDatabase(),
      startServiceRedis(),
      startSmtpInbox(),
    ]);
    const sql = await new DataSource({ type: 'postgres', url: database.url, poolSize: 2 }).initialize();
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SMTP_URL: inbox.url,
      DATA_DIR: sharedDataDir(),
      ...QUICK,
      ...options.env,
    };
    const service = new Service(database, sql, redis, inbox, env, [], []);
    await Promise.all([
      ...Array.from({ length: options.apis ?? 1 }, () => service.addApi()),
      ...Array.from({ length: options.workers ?? 1 }, () => service.addWorker()),
    ]);
    return service;
  }

  get api(): ApiProcess {
    return this.apis[0]!;
  }

  get worker(): AppProcess {
    return this.workers[0]!;
  }

  get client(): Client {
    return new Client(this.api.url);
  }

  async addApi(env: Record<string, string> = {}): Promise<ApiProcess> {
    const api = await startApi({ env: { ...this.env, ...env } });
    this.apis.push(api);
    return api;
  }

  /** @param through a command that becomes the worker; see AppStart */
  async addWorker(env: Record<string, string> = {}, through?: readonly string[]): Promise<AppProcess> {
    const worker = await startWorker({ env: { ...this.env, ...env }, through });
    this.workers.push(worker);
    return worker;
  }

  /** Waits until no job is left that is not dead. */
  async idle(timeoutMs = 30_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const waiting = await this.sql.query('SELECT job, last_error FROM outbox WHERE dead_at IS NULL');
      if (waiting.length === 0) return;
      if (Date.now() > end) throw new Error(`Jobs are left: ${JSON.stringify(waiting)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].filter((app) => app.ending === null).map((app) => app.stop()));
    await this.sql.destroy();
    await Promise.all([this.redis.remove(), this.inbox.stop(), this.database.drop()]);
  }
}
