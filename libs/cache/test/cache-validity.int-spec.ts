import { ConfigModule, loadConfig } from '@app/config';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { CacheModule } from '../src/cache.module.js';
import { TagCache } from '../src/tag-cache.js';

// Real: a Redis of each test's own, killed, hung, filled and started again; it keeps its data over a restart.

let server: TestRedis;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  server = await startRedis({ persistent: true });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await server.remove();
});

const newProcess = async (): Promise<TagCache> => {
  @Module({ imports: [ConfigModule.forRoot(loadConfig({ REDIS_URL: server.url })), CacheModule] })
  class Process {}
  const app = await NestFactory.createApplicationContext(Process, { logger: false });
  stops.push(() => app.close());
  return app.get(TagCache);
};

const read = (cache: TagCache, value: string) => cache.read({ key: 'k', tags: ['t'], load: async () => value });

const timed = async <T>(work: Promise<T>): Promise<{ ms: number; result: T }> => {
  const from = performance.now();
  const result = await work;
  return { ms: performance.now() - from, result };
};

const inUseAgain = (cache: TagCache) =>
  expect
    .poll(async () => (await cache.read({ key: 'probe', tags: ['probe'], load: async () => 1 })).outcome, {
      timeout: 10_000,
      interval: 20,
    })
    .toBe('HIT');

describe('the cache without its Redis', () => {
  it('answers from the loader at once and does not wait for invalidations', async () => {
    const cache = await newProcess();
    await read(cache, 'old');
    await server.stop('SIGKILL');
    await read(cache, 'first');
    for (let i = 0; i < 20; i++) {
      const { ms, result } = await timed(read(cache, 'new'));
      expect(result).toEqual({ value: 'new', outcome: 'BYPASS' });
      expect(ms).toBeLessThan(50);
    }
    expect((await timed(cache.invalidate(['t']))).ms).toBeLessThan(50);
  });

  it('starts, and uses Redis when it appears', async () => {
    await server.stop('SIGKILL');
    const cache = await newProcess();
    expect((await read(cache, 'v')).outcome).toBe('BYPASS');
    await server.start();
    await inUseAgain(cache);
  });

  it('drops what was cached before, because invalidations were lost meanwhile', async () => {
    const [one, two] = [await newProcess(), await newProcess()];
    await read(one, 'old');
    expect((await read(two, 'old')).outcome).toBe('HIT');
    await server.stop('SIGKILL');
    await one.invalidate(['t']);
    await server.start();
    await Promise.all([inUseAgain(one), inUseAgain(two)]);
    expect(await read(two, 'new')).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await read(one, 'newer')).toEqual({ value: 'new', outcome: 'HIT' });
  });

  it('serves nothing cached until the slowest process must have noticed that Redis is back', async () => {
    const cache = await newProcess();
    await read(cache, 'old');
    await server.stop('SIGKILL');
    await read(cache, 'old');
    await server.start();
    const from = performance.now();
    while ((await read(cache, 'new')).outcome === 'BYPASS') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(performance.now() - from).toBeGreaterThan(900);
    expect((await read(cache, 'newer')).value).toBe('new');
  });

  it('waits once, briefly, for a Redis that hangs, and bypasses it until it is back', async () => {
    const cache = await newProcess();
    await read(cache, 'old');
    server.pause();
    expect((await timed(read(cache, 'new'))).ms).toBeLessThan(1_000);
    for (let i = 0; i < 10; i++) {
      const { ms, result } = await timed(read(cache, 'new'));
      expect(result).toEqual({ value: 'new', outcome: 'BYPASS' });
      expect(ms).toBeLessThan(50);
    }
    await cache.invalidate(['t']);
    server.resume();
    await inUseAgain(cache);
    expect((await read(cache, 'newer')).value).toBe('newer');
  });

  it('serves nothing stale when Redis is full and refuses the new value of a tag', async () => {
    const [one, two] = [await newProcess(), await newProcess()];
    await read(one, 'old');
    const admin = new Redis(server.url);
    await admin.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
    await one.invalidate(['t']);
    expect((await read(one, 'new')).value).toBe('new');
    await expect.poll(async () => (await read(two, 'new')).value, { timeout: 200 }).toBe('new');
    await admin.config('SET', 'maxmemory', '0');
    admin.disconnect();
    await inUseAgain(one);
    expect((await read(two, 'new')).value).toBe('new');
  });

  it('starts a new generation at start, because the previous process may have died before it sent an invalidation', async () => {
    const one = await newProcess();
    await read(one, 'old');
    await newProcess();
    expect(await read(one, 'new')).toEqual({ value: 'new', outcome: 'MISS' });
  });
});
