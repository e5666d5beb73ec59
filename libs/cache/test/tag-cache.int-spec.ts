import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigModule, loadConfig } from '@app/config';
import type { Tx } from '@app/database';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { CacheModule } from '../src/cache.module.js';
import { MAX_ENTRY_BYTES, MAX_STORED_BYTES, TagCache } from '../src/tag-cache.js';

// Real: Redis, the Nest module and its connections. Two application contexts stand for two processes. Fake: the database.

let server: TestRedis;
let admin: Redis;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  admin.disconnect();
  await server.remove();
});

const newProcess = async (environment: Record<string, string> = {}): Promise<TagCache> => {
  @Module({
    imports: [ConfigModule.forRoot(loadConfig({ REDIS_URL: server.url, ...environment })), CacheModule],
  })
  class Process {}
  const app = await NestFactory.createApplicationContext(Process, { logger: false });
  stops.push(() => app.close());
  return app.get(TagCache);
};

const newGate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

/** A loader that waits until the test releases it, and counts its calls. */
const gated = (value: unknown) => {
  const { open, opened } = newGate();
  const loader = {
    calls: 0,
    open,
    load: async () => {
      loader.calls += 1;
      await opened;
      return value;
    },
  };
  return loader;
};

/** A transaction that the test commits or rolls back. */
const newTx = () => {
  const hooks: (() => unknown)[] = [];
  const tx: Tx = { manager: undefined as never, afterCommit: (hook) => hooks.push(hook) };
  return {
    tx,
    commit: async () => {
      for (const hook of hooks) await hook();
    },
  };
};

const asks = (key: string, tags: string[], value: unknown) => ({ key, tags, load: async () => value });
const outcomeOf = async (cache: TagCache, key: string, tags: string[]) =>
  (await cache.read(asks(key, tags, 'loaded'))).outcome;

describe('a tagged cache', () => {
  it('loads once and answers from the cache in every process', async () => {
    const [one, two] = [await newProcess(), await newProcess()];
    await one.invalidate(['a']);
    expect(await one.read(asks('a', ['a'], { n: 1 }))).toEqual({ value: { n: 1 }, outcome: 'MISS' });
    expect(await one.read(asks('a', ['a'], { n: 2 }))).toEqual({ value: { n: 1 }, outcome: 'HIT' });
    expect(await two.read(asks('a', ['a'], { n: 2 }))).toEqual({ value: { n: 1 }, outcome: 'HIT' });
  });

  it('drops every answer of an invalidated tag, and no other, in every process', async () => {
    const [one, two] = [await newProcess(), await newProcess()];
    for (const key of ['b1', 'b2']) await one.read(asks(key, ['b', 'other'], 'old'));
    await one.read(asks('c', ['other'], 'old'));
    await two.invalidate(['b']);
    expect(await one.read(asks('b1', ['b', 'other'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await two.read(asks('b2', ['b', 'other'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await two.read(asks('c', ['other'], 'new'))).toEqual({ value: 'old', outcome: 'HIT' });
  });

  it('invalidates thousands of tags with a few commands', async () => {
    const one = await newProcess();
    const tags = Array.from({ length: 2_500 }, (_, n) => `many${n}`);
    await one.read(asks('first', [tags[0]!], 'old'));
    await one.read(asks('last', [tags.at(-1)!], 'old'));
    const sent = vi.spyOn(Redis.prototype, 'sendCommand');
    await one.invalidate(tags);
    expect(sent.mock.calls.length).toBeLessThan(10);
    sent.mockRestore();
    expect(await one.read(asks('first', [tags[0]!], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await one.read(asks('last', [tags.at(-1)!], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await admin.pttl('{app:cache}:t:many7')).toBeGreaterThan(0);
  });

  it('never serves what was loaded before an invalidation and stored after it', async () => {
    const [one, two] = [await newProcess(), await newProcess()];
    const slow = gated('old');
    const reading = one.read({ key: 'd', tags: ['d'], load: slow.load });
    await expect.poll(() => slow.calls).toBe(1);
    await two.invalidate(['d']);
    slow.open();
    expect((await reading).value).toBe('old');
    expect(await one.read(asks('d', ['d'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
  });

  it('leaves no tag in Redis for an answer that is not stored or not found, so that requests for made-up ids fill nothing', async () => {
    const one = await newProcess();
    const before = await admin.dbsize();
    for (let i = 0; i < 20; i++) {
      await one.read({ ...asks(`u${i}`, [`u${i}`], null), ttlMs: 0 });
      await one.read({ key: `u${i}`, tags: [`u${i}`], load: () => Promise.reject(new Error('none')) }).catch(() => {});
    }
    await expect.poll(() => admin.dbsize()).toBe(before);
  });

  it('keeps a tag that other answers use when the answer that created it is not stored', async () => {
    const one = await newProcess();
    await one.read(asks('v1', ['v'], 'kept'));
    await one.read({ ...asks('v2', ['v', 'v2'], null), ttlMs: 0 });
    const slow = gated(null);
    const reading = one.read({ key: 'w1', tags: ['w'], ttlMs: 0, load: slow.load });
    await expect.poll(() => slow.calls).toBe(1);
    await one.invalidate(['w']);
    await one.read(asks('w2', ['w'], 'kept'));
    slow.open();
    await reading;
    await sleep(50);
    expect([await outcomeOf(one, 'v1', ['v']), await outcomeOf(one, 'w2', ['w'])]).toEqual(['HIT', 'HIT']);
  });

  it('lets readers of the same state share one load', async () => {
    const one = await newProcess();
    const slow = gated('v');
    const readings = Array.from({ length: 20 }, () => one.read({ key: 'e', tags: ['e'], load: slow.load }));
    await expect.poll(() => slow.calls).toBe(1);
    slow.open();
    expect((await Promise.all(readings)).map(({ value }) => value)).toEqual(Array(20).fill('v'));
    expect(slow.calls).toBe(1);
  });

  it('gives a reader that began after an invalidation a load of its own', async () => {
    const one = await newProcess();
    const slow = gated('old');
    const before = one.read({ key: 'f', tags: ['f'], load: slow.load });
    await expect.poll(() => slow.calls).toBe(1);
    await one.invalidate(['f']);
    expect(await one.read(asks('f', ['f'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    slow.open();
    await before;
    expect((await one.read(asks('f', ['f'], 'newer'))).value).not.toBe('old');
  });

  it('stores nothing while a transaction that will invalidate is open', async () => {
    const one = await newProcess();
    await one.read(asks('g', ['g'], 'old'));
    const { tx, commit } = newTx();
    one.invalidateAfterCommit(tx, ['g']);
    expect(await outcomeOf(one, 'g', ['g'])).toBe('BYPASS');
    expect(await outcomeOf(one, 'g', ['g'])).toBe('BYPASS');
    await commit();
    expect(await outcomeOf(one, 'g', ['g'])).toBe('MISS');
    expect(await outcomeOf(one, 'g', ['g'])).toBe('HIT');
  });

  it('serves nothing stale after a process that died between its commit and its invalidation', async () => {
    const [victim, other] = [await newProcess(), await newProcess()];
    await other.read(asks('h', ['h'], 'old'));
    victim.invalidateAfterCommit(newTx().tx, ['h']);
    await expect.poll(() => admin.get('{app:cache}:t:h')).toMatch(/^!/);
    await stops.shift()?.();
    expect(await other.read(asks('h', ['h'], 'new'))).toEqual({ value: 'new', outcome: 'BYPASS' });
  });

  it('does not serve old entries again when Redis lost its tags', async () => {
    const one = await newProcess();
    const slow = gated('old');
    const reading = one.read({ key: 'i', tags: ['i'], load: slow.load });
    await expect.poll(() => slow.calls).toBe(1);
    await admin.flushall();
    slow.open();
    await reading;
    expect(await one.read(asks('i', ['i'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    expect(await one.read(asks('i', ['i'], 'newer'))).toEqual({ value: 'new', outcome: 'HIT' });
  });

  it('bypasses the cache on request and leaves it unchanged', async () => {
    const one = await newProcess();
    await one.read(asks('j', ['j'], 'old'));
    expect(await one.read({ ...asks('j', ['j'], 'new'), bypass: true })).toEqual({ value: 'new', outcome: 'BYPASS' });
    expect(await one.read(asks('j', ['j'], 'new'))).toEqual({ value: 'old', outcome: 'HIT' });
  });

  it('throws the error of a loader and stores nothing', async () => {
    const one = await newProcess();
    const fails = { key: 'k', tags: ['k'], load: () => Promise.reject(new Error('no database')) };
    await expect(one.read(fails)).rejects.toThrow('no database');
    expect(await outcomeOf(one, 'k', ['k'])).toBe('MISS');
  });

  it('returns a value as JSON makes it, also when it was just loaded', async () => {
    const one = await newProcess();
    const at = new Date(0);
    const read = () => one.read(asks('l', ['l'], { at, none: undefined, text: '\u00e9\u{1f600}\n.!' }));
    const first = await read();
    expect(first.value).toStrictEqual({ at: at.toISOString(), text: '\u00e9\u{1f600}\n.!' });
    expect(await read()).toEqual({ ...first, outcome: 'HIT' });
  });

  it('limits the lifetime of every entry to DEFAULT_CACHE_TTL', async () => {
    const one = await newProcess({ DEFAULT_CACHE_TTL: '5000', REDIS_PREFIX: 'bounded' });
    const lives = { none: undefined, short: 1000, long: 3600_000, never: 0 };
    for (const [key, ttlMs] of Object.entries(lives))
      await one.read({ ...asks(key, ['life'], key), ...(ttlMs !== undefined && { ttlMs }) });
    const left = async (key: string) => admin.pttl(`{bounded:cache}:e:${key}`);
    expect(await left('none')).toBeGreaterThan(4000);
    expect(await left('none')).toBeLessThanOrEqual(5000);
    expect(await left('short')).toBeLessThanOrEqual(1000);
    expect(await left('long')).toBeLessThanOrEqual(5000);
    expect(await left('never')).toBe(-2);
    expect(await admin.pttl('{bounded:cache}:t:life')).toBeGreaterThan(5000);
  });

  it('lets a value determine its lifetime', async () => {
    const one = await newProcess();
    const read = () => one.read({ ...asks('m', ['m'], null), ttlMs: (value) => (value === null ? 0 : 1000) });
    await read();
    expect((await read()).outcome).toBe('MISS');
  });

  it('does not store an answer over the size limit', async () => {
    const one = await newProcess();
    for (const [key, length] of [['fits', MAX_ENTRY_BYTES - 2] as const, ['large', MAX_ENTRY_BYTES - 1] as const]) {
      await one.read(asks(key, ['n'], 'x'.repeat(length)));
      expect(await outcomeOf(one, key, ['n'])).toBe(key === 'fits' ? 'HIT' : 'MISS');
    }
  });

  it('stores no more than its budget within the lifetime of an entry, and goes on after it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const one = await newProcess();
    const text = 'x'.repeat(MAX_ENTRY_BYTES);
    const store = (key: string) => one.readText({ key, tags: ['budget'], load: async () => ({ text, ttlMs: 100 }) });
    const filling = MAX_STORED_BYTES / MAX_ENTRY_BYTES;
    for (let n = 0; n < filling; n++) await store(`budget${n}`);
    await one.read(asks('beyond', ['budget'], 'old'));
    expect(await one.read(asks('beyond', ['budget'], 'new'))).toEqual({ value: 'new', outcome: 'MISS' });
    vi.advanceTimersByTime(60_000);
    await one.read(asks('beyond', ['budget'], 'old'));
    expect(await one.read(asks('beyond', ['budget'], 'new'))).toEqual({ value: 'old', outcome: 'HIT' });
  });

  it('separates installations with different prefixes', async () => {
    const [one, two] = [await newProcess({ REDIS_PREFIX: 'one' }), await newProcess({ REDIS_PREFIX: 'two' })];
    await one.read(asks('o', ['o'], 'of one'));
    expect((await two.read(asks('o', ['o'], 'of two'))).value).toBe('of two');
  });

  it('gives every key a TTL', async () => {
    const one = await newProcess({ REDIS_PREFIX: 'ends' });
    await one.read(asks('p', ['p'], 1));
    const { tx, commit } = newTx();
    one.invalidateAfterCommit(tx, ['q']);
    await one.invalidate(['r']);
    const keys = await admin.keys('{ends:cache}*');
    expect(keys).toHaveLength(5);
    for (const key of keys) expect(await admin.pttl(key)).toBeGreaterThan(0);
    await commit();
  });
});

describe('random interleavings of slow reads and writes in two processes', () => {
  const OBJECTS = 3;
  const QUERIES = [[0], [1], [0, 1], [1, 2], [0, 1, 2]];

  const by = fc.nat(1);
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('read' as const), by, query: fc.nat(QUERIES.length - 1) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('slow read' as const), by, query: fc.nat(QUERIES.length - 1) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), by, object: fc.nat(OBJECTS - 1) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), which: fc.nat(9) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 20 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('evict' as const), tag: fc.integer({ min: -1, max: OBJECTS - 1 }) }),
    },
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  type Write = (cache: TagCache, tx: Tx, tag: string) => void;
  let runs = 0;

  /**
   * Runs the steps with keys of their own. Returns the answers that were stale: older than a write that had ended before the answer was
   * requested.
   */
  const staleAnswers = async (caches: TagCache[], write: Write, steps: Step[]) => {
    const world = `w${runs++}`;
    const committed: number[] = Array(OBJECTS).fill(0);
    const answered: number[] = Array(OBJECTS).fill(0);
    const gates: (() => void)[] = [];
    const work: Promise<void>[] = [];
    const stale: string[] = [];
    let over = false;

    const reads = async (cache: TagCache, query: number, slow: boolean) => {
      const objects = QUERIES[query]!;
      const floor = objects.map((object) => answered[object]!);
      const { value } = await cache.read({
        key: `${world}:${query}`,
        tags: objects.map((object) => `${world}:${object}`),
        load: async () => {
          const seen = objects.map((object) => committed[object]!);
          const { open, opened } = newGate();
          gates.push(open);
          if (slow && !over) await opened;
          return seen;
        },
      });
      value.forEach((version, i) => {
        if (version < floor[i]!) stale.push(`query ${query}: version ${version} of ${objects[i]} after ${floor[i]}`);
      });
    };
    const writes = async (cache: TagCache, object: number) => {
      const { tx, commit } = newTx();
      write(cache, tx, `${world}:${object}`);
      const version = ++committed[object]!;
      await commit();
      answered[object] = Math.max(answered[object]!, version);
    };

    for (const step of steps) {
      if (step.do === 'read' || step.do === 'slow read')
        work.push(reads(caches[step.by]!, step.query, step.do === 'slow read'));
      else if (step.do === 'write') work.push(writes(caches[step.by]!, step.object));
      else if (step.do === 'open') gates.splice(step.which % Math.max(1, gates.length), 1)[0]?.();
      else if (step.do === 'wait') for (let i = 0; i < step.turns; i++) await new Promise(setImmediate);
      else await admin.del(`{app:cache}:t:${step.tag < 0 ? 'generation' : `${world}:${step.tag}`}`);
    }
    over = true;
    for (const open of gates) open();
    await Promise.all(work);
    return stale;
  };

  const property = (caches: TagCache[], write: Write) =>
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), async (steps) => {
      expect(await staleAnswers(caches, write, steps)).toEqual([]);
    });

  it('never yield a stale answer', async () => {
    const caches = [await newProcess(), await newProcess()];
    await fc.assert(
      property(caches, (cache, tx, tag) => cache.invalidateAfterCommit(tx, [tag])),
      { numRuns: 500 },
    );
  });

  it('never yield a stale answer with the invalidation alone, without pending tags before it', async () => {
    const caches = [await newProcess(), await newProcess()];
    await fc.assert(
      property(caches, (cache, tx, tag) => tx.afterCommit(() => cache.invalidate([tag]))),
      { numRuns: 500 },
    );
  });

  it('yield stale answers when a write invalidates nothing, which shows that this test finds them', async () => {
    const caches = [await newProcess(), await newProcess()];
    const { failed } = await fc.check(
      property(caches, () => {}),
      { numRuns: 500, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});
