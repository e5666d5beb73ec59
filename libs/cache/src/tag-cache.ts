import type { Tx } from '@app/database';
import { metrics } from '@app/metrics';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { CacheConnection } from './cache-connection.js';
import { CacheValidity, GENERATION_TTL_MS, newTagValue } from './cache-validity.js';

/** The longest lifetime of an entry, in milliseconds. */
export const MAX_TTL_MS = Symbol('MAX_TTL_MS');

/** HIT: from the cache. MISS: loaded, and stored if allowed. BYPASS: loaded without the cache. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** What a loader of text returns. */
export interface LoadedText {
  /** As a Buffer it is UTF-8 already. */
  text: string | Buffer;
  /** Lifetime of the entry in milliseconds, at most DEFAULT_CACHE_TTL, which is also the default; 0 stores nothing. */
  ttlMs?: number;
}

export interface TextQuestion {
  /** Identifies the answer completely: which user, which resource, which parameters. */
  key: string;
  /** What the answer depends on; a write invalidates these tags. At least one. */
  tags: readonly string[];
  /** The caller does not want a cached answer. */
  bypass?: boolean;
  load: () => Promise<LoadedText>;
}

export interface ValueQuestion<T> extends Omit<TextQuestion, 'load'> {
  /** As in LoadedText, or computed from the value; 0 stores nothing. */
  ttlMs?: number | ((value: T) => number);
  load: () => Promise<T>;
}

/** Longer answers are not stored. A page of 100 rows by 20 columns takes some 60 KiB. */
export const MAX_ENTRY_BYTES = 128 * 1024;

/**
 * What a process stores within the longest lifetime of an entry, so at most twice as much of it is in Redis at a time. By the rate limits
 * alone it would be 6,000 entries a minute from one address, 750 MiB, and Bull may use the same Redis (512 MB in docker-compose.yml): a full
 * one accepts no jobs. Answers past the budget are loaded each time.
 */
export const MAX_STORED_BYTES = 64 * 1024 * 1024;

/** A tag outlives its entries; else an entry that it marks as old could become valid again. Its own end only costs a miss. */
const TAG_TTL_PER_ENTRY_TTL = 10;
const MIN_TAG_TTL_MS = 3600_000;

/** Begins the value of a tag that an open transaction will invalidate. */
const PENDING = '!';

/** Longer than a transaction lasts (statement and idle time-outs are 30 s). A process that dies leaves its tags pending for so long. */
const PENDING_MS = 60_000;

/** Deletes each key that still has the given value. */
const DROP_UNCHANGED = `for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[i] then redis.call('DEL', key) end
end`;

/** Gives each key its value. A command for each of the 10,000 copies of a file took longer than Redis may take to answer. */
const SET_ALL = `for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[1]) end`;

/** Tags that one command invalidates: Redis does nothing else for about a millisecond. */
const TAGS_AT_ONCE = 1_000;

const HIT = { outcome: 'HIT' };
const MISS = { outcome: 'MISS' };
const BYPASS = { outcome: 'BYPASS' };

const bytesOf = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);
const stamped = (stamp: string, text: string | Buffer): string | Buffer =>
  typeof text === 'string' ? stamp + text : Buffer.concat([Buffer.from(stamp), text]);
const entryKey = (key: string): string => `e:${key}`;
const tagKey = (tag: string): string => `t:${tag}`;
const GENERATION = tagKey(CacheValidity.GENERATION);

/** What Redis has: an entry, and the stamp of its tags' current values; no stamp when a tag has no value. */
interface Lookup {
  entry: Buffer | undefined;
  stamp: string | undefined;
}

/** Waits for its part of the next MGET: the entry's key is at `from`, its tags' keys follow and end before `to`. */
interface PendingLookup {
  from: number;
  to: number;
  answer: (found: Lookup) => void;
}

interface Loading {
  stamp: string;
  answer: Promise<LoadedText>;
}

/**
 * Caches answers until something they depend on changes.
 *
 * Every tag has a random value in Redis. An entry begins with the *stamp*, the values its tags had before it was loaded. It is
 * valid only while these are the current values; one MGET reads entry and tags. To invalidate a tag is to give it a new value.
 * So an answer that was loaded before a write is never served after it, no matter when, by which process or under which key it
 * was stored.
 */
@Injectable()
export class TagCache {
  private readonly loading = new Map<string, Loading>();
  private lookups: PendingLookup[] = [];
  private keys: string[] = [GENERATION];
  private readonly tagTtlMs: number;
  /** What was stored since `since`, for MAX_STORED_BYTES. */
  private stored = { bytes: 0, since: performance.now() };

  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    private readonly connection: CacheConnection,
    private readonly validity: CacheValidity,
    @Inject(MAX_TTL_MS) private readonly maxTtlMs: number,
  ) {
    this.tagTtlMs = Math.max(MIN_TAG_TTL_MS, maxTtlMs * TAG_TTL_PER_ENTRY_TTL);
  }

  /**
   * Reads a value from the cache or loads it. The value is what JSON makes of it, also when it was just loaded: a Date becomes
   * text and `undefined` becomes null. An error of the loader is thrown and not cached.
   */
  read<T>(question: ValueQuestion<T>): Promise<{ value: T; outcome: CacheOutcome }> {
    const { key, tags, bypass = false } = question;
    return this.readText({ key, tags, bypass, load: () => loadAsText(question) }).then(({ bytes, outcome }) => ({
      value: JSON.parse(bytes.toString()) as T,
      outcome,
    }));
  }

  /** The same for text that is passed on as it is, in UTF-8; text from the cache is not decoded. */
  readText(question: TextQuestion): Promise<{ bytes: Buffer; outcome: CacheOutcome }> {
    if (question.bypass || !this.validity.holds) return this.pass(question);
    // One promise for a hit; an async function would need three.
    return new Promise((resolve) =>
      this.lookUp(question, (found) => resolve(this.hit(found) ?? this.miss(question, found))),
    );
  }

  /** The answer when `readText` would return a HIT, else undefined. Loads nothing. */
  findText(question: Omit<TextQuestion, 'load'>): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      if (question.bypass || !this.validity.holds) return resolve(undefined);
      this.lookUp(question, (found) => resolve(this.hit(found)?.bytes));
    });
  }

  private hit({ entry, stamp }: Lookup): { bytes: Buffer; outcome: CacheOutcome } | undefined {
    const holds = this.validity.holds && stamp !== undefined && !stamp.includes(PENDING) && bears(entry, stamp);
    if (!holds) return undefined;
    metrics.cacheReads.inc(HIT);
    return { bytes: entry.subarray(stamp.length), outcome: 'HIT' };
  }

  private async miss(question: TextQuestion, found: Lookup): Promise<{ bytes: Buffer; outcome: CacheOutcome }> {
    if (!this.validity.holds) return this.pass(question);
    const ensured =
      found.stamp === undefined ? await this.ensureTags([GENERATION, ...question.tags.map(tagKey)]) : undefined;
    const stamp = found.stamp ?? ensured?.stamp;
    if (stamp === undefined || stamp.includes(PENDING)) return this.pass(question);
    if (bears(found.entry, stamp)) {
      metrics.cacheReads.inc(HIT);
      return { bytes: found.entry.subarray(stamp.length), outcome: 'HIT' };
    }
    metrics.cacheReads.inc(MISS);
    const loading = this.loadOnce(entryKey(question.key), stamp, question);
    if (ensured) void this.dropTagsUnlessStored(ensured.created, loading);
    return { bytes: bytesOf((await loading).text), outcome: 'MISS' };
  }

  /** Makes every answer that depends on one of the tags invalid, in all processes, before it returns. Never throws. */
  async invalidate(tags: readonly string[]): Promise<void> {
    try {
      await this.setTags(tags, newTagValue, this.tagTtlMs);
    } catch (error) {
      this.connection.failed(error);
      this.validity.lose('an invalidation did not reach Redis', error);
    }
  }

  /**
   * The same as part of a transaction: runs after the commit and before the caller is answered. Until then the tags are pending:
   * answers that depend on them are neither served from the cache nor stored. So a process that dies between commit and
   * invalidation leaves nothing stale. After a rollback the tags stay pending (BYPASS) for a minute or until the next change.
   */
  invalidateAfterCommit(tx: Tx, tags: readonly string[]): void {
    // Not awaited: it is sent before the COMMIT, and invalidate() reports a Redis that refuses it.
    this.setTags(tags, () => PENDING + newTagValue(), PENDING_MS).catch((error) => this.connection.failed(error));
    tx.afterCommit(() => this.invalidate(tags));
  }

  /**
   * All lookups of one turn of the event loop share one MGET: at 32 concurrent requests, one system call for each was a third
   * of the cost of a hit.
   */
  private lookUp({ key, tags }: Omit<TextQuestion, 'load'>, answer: PendingLookup['answer']): void {
    if (this.lookups.length === 0) setImmediate(() => void this.sendLookups());
    const from = this.keys.length;
    this.keys.push(entryKey(key));
    for (const tag of tags) this.keys.push(tagKey(tag));
    this.lookups.push({ from, to: this.keys.length, answer });
  }

  private async sendLookups(): Promise<void> {
    const { keys, lookups } = this;
    this.keys = [GENERATION];
    this.lookups = [];
    const values = await this.cache.mget<Buffer>(keys);
    for (const { from, to, answer } of lookups)
      answer({ entry: values[from], stamp: stampOf(values[0], values, from + 1, to) });
  }

  private async pass({ load }: TextQuestion): Promise<{ bytes: Buffer; outcome: CacheOutcome }> {
    metrics.cacheReads.inc(BYPASS);
    return { bytes: bytesOf((await load()).text), outcome: 'BYPASS' };
  }

  /**
   * Loads and stores the answer. Callers that ask for it meanwhile share the load if they saw the same stamp. A caller that
   * began after a write saw another stamp and must not get what was loaded before the write.
   */
  private async loadOnce(key: string, stamp: string, { load }: TextQuestion): Promise<LoadedText> {
    const other = this.loading.get(key);
    if (other?.stamp === stamp) return other.answer;

    // Bytes at once: a long text would be encoded, and kept, for each caller that shares it.
    const mine: Loading = { stamp, answer: load().then((loaded) => ({ ...loaded, text: bytesOf(loaded.text) })) };
    this.loading.set(key, mine);
    try {
      const loaded = await mine.answer;
      this.store(key, stamp, loaded);
      return loaded;
    } finally {
      if (this.loading.get(key) === mine) this.loading.delete(key);
    }
  }

  private store(key: string, stamp: string, loaded: LoadedText): void {
    const lifetime = this.lifetimeOf(loaded);
    // Not awaited: its stamp tells whether it is valid whenever it arrives, and a failure only costs a miss.
    if (lifetime > 0 && this.isWithinBudget(Buffer.byteLength(loaded.text)))
      void this.cache.set(key, stamped(stamp, loaded.text), lifetime);
  }

  private isWithinBudget(bytes: number): boolean {
    const now = performance.now();
    if (now - this.stored.since >= this.maxTtlMs) this.stored = { bytes: 0, since: now };
    this.stored.bytes += bytes;
    return this.stored.bytes <= MAX_STORED_BYTES;
  }

  /** In milliseconds; 0 or less when the answer is not stored. */
  private lifetimeOf({ text, ttlMs = this.maxTtlMs }: LoadedText): number {
    return Buffer.byteLength(text) > MAX_ENTRY_BYTES ? 0 : Math.min(Math.floor(ttlMs), this.maxTtlMs);
  }

  /**
   * Sets a value for each tag that has none, unless another process is faster.
   * @returns the stamp, and the tags that got a value here (without the generation) with that value; undefined when Redis does
   * not answer or is full.
   */
  private async ensureTags(
    tags: readonly string[],
  ): Promise<{ stamp: string | undefined; created: Map<string, string> } | undefined> {
    const names = tags.map((tag) => `${this.connection.namespace}:${tag}`);
    const values = names.map(newTagValue);
    const pipeline = this.connection.redis.pipeline();
    for (const [i, name] of names.entries())
      pipeline.set(name, values[i]!, 'PX', tags[i] === GENERATION ? GENERATION_TTL_MS : this.tagTtlMs, 'NX');
    pipeline.mgetBuffer(names);
    try {
      const results = await settled(pipeline.exec());
      const [generation, ...current] = results.at(-1) as (Buffer | null)[];
      const created = names.flatMap((name, i) =>
        tags[i] !== GENERATION && results[i] === 'OK' ? [[name, values[i]!] as const] : [],
      );
      return { stamp: stampOf(generation, current, 0, current.length), created: new Map(created) };
    } catch (error) {
      this.connection.failed(error);
      return undefined;
    }
  }

  /**
   * Deletes the tags that were created for an answer which is not stored or not found; else requests for made-up tokens or ids
   * would leave a tag each. A tag that has another value by now stays. Where another answer depends on one, that costs a miss.
   */
  private async dropTagsUnlessStored(
    created: ReadonlyMap<string, string>,
    loading: Promise<LoadedText>,
  ): Promise<void> {
    const lifetime = await loading.then(
      (loaded) => this.lifetimeOf(loaded),
      () => 0,
    );
    if (lifetime > 0 || created.size === 0) return;
    try {
      await this.connection.redis.eval(DROP_UNCHANGED, created.size, ...created.keys(), ...created.values());
    } catch (error) {
      this.connection.failed(error);
    }
  }

  private async setTags(tags: readonly string[], value: () => string, ttlMs: number): Promise<void> {
    const [first, ...others] = tags;
    // Most writes invalidate one tag.
    if (first !== undefined && others.length === 0) {
      await this.connection.redis.set(`${this.connection.namespace}:${tagKey(first)}`, value(), 'PX', ttlMs);
      return;
    }
    const slices = Array.from({ length: Math.ceil(tags.length / TAGS_AT_ONCE) }, (_, n) =>
      tags.slice(n * TAGS_AT_ONCE, (n + 1) * TAGS_AT_ONCE),
    );
    // All are sent at once: what a transaction makes pending must be on its way before the COMMIT.
    await Promise.all(
      slices.map((slice) => {
        const names = slice.map((tag) => `${this.connection.namespace}:${tagKey(tag)}`);
        return this.connection.redis.eval(SET_ALL, names.length, ...names, ttlMs, ...slice.map(value));
      }),
    );
  }
}

async function loadAsText<T>({ load, ttlMs }: ValueQuestion<T>): Promise<LoadedText> {
  const value = await load();
  const lifetime = typeof ttlMs === 'function' ? ttlMs(value) : ttlMs;
  return { text: JSON.stringify(value) ?? 'null', ...(lifetime !== undefined && { ttlMs: lifetime }) };
}

const bears = (entry: Buffer | undefined, stamp: string): entry is Buffer =>
  entry !== undefined && entry.length >= stamp.length && entry.toString('latin1', 0, stamp.length) === stamp;

/** Tag values contain neither `.` nor a line break, so no stamp is the beginning of another. */
function stampOf(
  generation: Buffer | null | undefined,
  values: (Buffer | null | undefined)[],
  from: number,
  to: number,
): string | undefined {
  if (!generation) return undefined;
  let stamp = generation.toString('latin1');
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (!value) return undefined;
    stamp += `.${value.toString('latin1')}`;
  }
  return `${stamp}\n`;
}

/** The results of a pipeline. Throws the error of a failed command, which ioredis returns as a result. */
async function settled(results: Promise<[error: Error | null, result: unknown][] | null>): Promise<unknown[]> {
  return ((await results) ?? []).map(([error, result]) => {
    if (error) throw error;
    return result;
  });
}
