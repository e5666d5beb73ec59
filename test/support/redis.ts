import './end-with-the-run.js';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { type OwnRedis, startRedis as startOwnRedis } from '../../scripts/servers/index.js';

/**
 * An empty database of the run's shared Redis. One for each of vitest's workers, which run one file at a time; note that Redis'
 * channels (pub/sub) know no databases.
 */
export async function emptyRedis(): Promise<string> {
  const url = `${inject('redisUrl')}?db=${Number(process.env.VITEST_POOL_ID ?? 1) % 64}`;
  const redis = new Redis(url);
  await redis.flushdb();
  await redis.quit();
  return url;
}

export interface TestRedis {
  /** Stays the same after a restart. */
  readonly url: string;
  readonly pid: number;
  /** Stops it; SIGKILL is a crash. */
  stop(how?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again: with its data if it is persistent, otherwise empty. */
  start(): Promise<void>;
  /** Freezes it: connections stay open without answers. */
  pause(): void;
  resume(): void;
  /** Deletes all keys. */
  flush(): Promise<void>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

/** A separate Redis, for tests that stop, pause or flush it; it starts in 40 ms. */
export async function startRedis({ persistent = false } = {}): Promise<TestRedis> {
  const name = `redis-${randomBytes(4).toString('hex')}`;
  const folder = inject('runFolder');
  const directory = join(folder, name);
  const start = () =>
    startOwnRedis({
      directory,
      socketFolder: join(folder, 'run'),
      name,
      logFile: join(folder, `${name}.log`),
      persistent,
    });
  let server: OwnRedis = await start();
  const { url } = server;
  return {
    url,
    get pid() {
      return server.pid;
    },
    stop: (how) => server.stop(how),
    start: async () => {
      server = await start();
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    async flush() {
      const redis = new Redis(url);
      await redis.flushall();
      await redis.quit();
    },
    remove: async () => {
      await server.stop('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
