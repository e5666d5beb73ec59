import type { Tx } from '@app/database';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { CacheConnection } from './cache-connection.js';
import { CacheTrust, ERA_TTL_MS } from './cache-trust.js';
import { freshValue } from './fresh-value.js';

/** The upper bound of every entry's life, in milliseconds. */
export const MAX_TTL_MS = Symbol('MAX_TTL_MS');

/** HIT: out of the cache. MISS: loaded, and kept if it may be. BYPASS: loaded without asking the cache. */
export type CacheOutcome = 'HIT' | 'MISS' | 'BYPASS';

/** What a loader of text gives back. */
export interface LoadedText {
  text: string;
  /** Life of the entry in milliseconds, bounded by DEFAULT_CACHE_TTL; 0 keeps nothing. Default: that bound. */
  ttlMs?: number;
}

export interface TextQuestion {
  /** Names the answer completely: whose, of what, asked how. */
  key: string;
  /** What the answer depends on; a write invalidates these. At least one. */
  tags: readonly string[];
  /** The asker wants no cached answer. */
  bypass?: boolean;
  load: () => Promise<LoadedText>;
}

export interface ValueQuestion<T> extends Omit<TextQuestion, 'load'> {
  /** As in LoadedText, or reckoned from the value; 0 keeps nothing. */
  ttlMs?: number | ((value: T) => number);
  load: () => Promise<T>;
}

/**
 * Longer answers are not kept. A page of 100 rows by 20 columns takes some 60 KiB. A user at the default rate limit can
 * so fill Redis with 600 x 128 KiB a minute, 75 MiB within the default life of an entry, and not more: Bull may be
 * living in the same Redis, and a full one takes no jobs.
 */
export const MAX_ENTRY_BYTES = 128 * 1024;

/** A tag outlives its entries, for what it marks as old must not seem to be new; its own end merely costs a miss. */
const TAG_LIVES_PER_ENTRY_LIFE = 10;
const MIN_TAG_TTL_MS = 3600_000;

/** Marks a tag about whose next value a transaction is just deciding. */
const IN_DOUBT = '!';

/** Longer than a transaction lasts (statement and idle time-outs are 30 s); a dead process leaves its doubt for so long. */
const DOUBT_MS = 60_000;

/** Deletes each key that still has its value. */
const UPROOT = `for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[i] then redis.call('DEL', key) end
end`;

const entryKey = (key: string): string => `e:${key}`;
const tagKey = (tag: string): string => `t:${tag}`;
const ERA = tagKey(CacheTrust.ERA);

/** What Redis had: an entry, and the stamp that its tags make now; none where one of them has no value. */
interface Seen {
  entry: Buffer | undefined;
  stamp: string | undefined;
}

/** Waits for its part of the next MGET: the entry's key at `from`, those of its tags behind it and before `to`. */
interface Question {
  from: number;
  to: number;
  answer: (seen: Seen) => void;
}

interface Running {
  stamp: string;
  answer: Promise<LoadedText>;
}

/**
 * Answers that are remembered until something they depend on changes.
 *
 * Every tag has a random value in Redis. An entry begins with the *stamp*, the values its tags had before it was loaded,
 * and is believed only while they are the current ones; one MGET reads entry and tags. To invalidate is to give a tag a
 * new value. So an answer that was loaded from the state before a write is never served after it, however late it is
 * stored, under whichever key, and from whichever process.
 */
@Injectable()
export class TagCache {
  private readonly running = new Map<string, Running>();
  private questions: Question[] = [];
  private keys: string[] = [ERA];
  private readonly tagTtlMs: number;

  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    private readonly connection: CacheConnection,
    private readonly trust: CacheTrust,
    @Inject(MAX_TTL_MS) private readonly maxTtlMs: number,
  ) {
    this.tagTtlMs = Math.max(MIN_TAG_TTL_MS, maxTtlMs * TAG_LIVES_PER_ENTRY_LIFE);
  }

  /**
   * The answer to a question, as JSON would have it on either way: a Date comes back as text and `undefined` as null,
   * loaded or cached, so that the difference cannot hide until the second call. A loader's error is the caller's, uncached.
   */
  async read<T>({ load, ttlMs, ...question }: ValueQuestion<T>): Promise<{ value: T; outcome: CacheOutcome }> {
    const { bytes, outcome } = await this.readText({
      ...question,
      load: async () => {
        const value = await load();
        const life = typeof ttlMs === 'function' ? ttlMs(value) : ttlMs;
        return { text: JSON.stringify(value) ?? 'null', ...(life !== undefined && { ttlMs: life }) };
      },
    });
    return { value: JSON.parse(bytes.toString()) as T, outcome };
  }

  /** The same for text that is passed on as it is, in UTF-8: from the cache it is never decoded. */
  async readText(question: TextQuestion): Promise<{ bytes: Buffer; outcome: CacheOutcome }> {
    if (question.bypass || !this.trust.holds) return this.pass(question);
    const seen = await new Promise<Seen>((answer) => this.look(question, answer));
    if (!this.trust.holds) return this.pass(question);
    const planted = seen.stamp === undefined ? await this.plant([ERA, ...question.tags.map(tagKey)]) : undefined;
    const stamp = seen.stamp ?? planted?.stamp;
    if (stamp === undefined || stamp.includes(IN_DOUBT)) return this.pass(question);
    if (bears(seen.entry, stamp)) return { bytes: seen.entry.subarray(stamp.length), outcome: 'HIT' };
    const loading = this.loadOnce(entryKey(question.key), stamp, question);
    if (planted) void this.uprootUnlessKept(planted.tags, loading);
    return { bytes: Buffer.from((await loading).text), outcome: 'MISS' };
  }

  /** What `readText` would have answered with HIT, else undefined; loads nothing. */
  findText(question: Omit<TextQuestion, 'load'>): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      if (question.bypass || !this.trust.holds) return resolve(undefined);
      this.look(question, ({ entry, stamp }) => {
        const holds = this.trust.holds && stamp !== undefined && bears(entry, stamp);
        resolve(holds ? entry.subarray(stamp.length) : undefined);
      });
    });
  }

  /** Forgets every answer that depends on one of the tags, in all processes, before it returns. Never throws. */
  async invalidate(tags: readonly string[]): Promise<void> {
    try {
      await this.setTags(tags, freshValue, this.tagTtlMs);
    } catch (error) {
      this.connection.failed(error);
      this.trust.lose('an invalidation did not reach Redis', error);
    }
  }

  /**
   * The same, as part of a change: once it is committed, before the caller's answer leaves. Until then the tags are in
   * doubt, neither believed nor stored under, so that a process that dies between commit and invalidation leaves nothing
   * stale. After a rollback the doubt, hence the BYPASS, lasts up to a minute, or to the next change.
   */
  invalidateAfterCommit(tx: Tx, tags: readonly string[]): void {
    // Not awaited: it is on its way before the COMMIT is, and invalidate() tells of a Redis that does not take it.
    this.setTags(tags, () => IN_DOUBT + freshValue(), DOUBT_MS).catch((error) => this.connection.failed(error));
    tx.afterCommit(() => this.invalidate(tags));
  }

  /**
   * All questions of one turn of the event loop go in one MGET: at 32 requests at a time, a system call for each cost a
   * third of what a hit cost altogether.
   */
  private look({ key, tags }: Omit<TextQuestion, 'load'>, answer: Question['answer']): void {
    if (this.questions.length === 0) setImmediate(() => void this.ask());
    const from = this.keys.length;
    this.keys.push(entryKey(key));
    for (const tag of tags) this.keys.push(tagKey(tag));
    this.questions.push({ from, to: this.keys.length, answer });
  }

  private async ask(): Promise<void> {
    const { keys, questions } = this;
    this.keys = [ERA];
    this.questions = [];
    const values = await this.cache.mget<Buffer>(keys);
    for (const { from, to, answer } of questions)
      answer({ entry: values[from], stamp: stampOf(values[0], values, from + 1, to) });
  }

  private async pass({ load }: TextQuestion): Promise<{ bytes: Buffer; outcome: CacheOutcome }> {
    return { bytes: Buffer.from((await load()).text), outcome: 'BYPASS' };
  }

  /**
   * Loads and keeps the answer. Whoever asks while the same is being loaded shares it, provided that he saw the same
   * stamp: whoever began after a write has seen another one and must not be given what was loaded before it.
   */
  private async loadOnce(key: string, stamp: string, { load }: TextQuestion): Promise<LoadedText> {
    const running = this.running.get(key);
    if (running?.stamp === stamp) return running.answer;

    const mine: Running = { stamp, answer: load() };
    this.running.set(key, mine);
    try {
      const loaded = await mine.answer;
      this.keep(key, stamp, loaded);
      return loaded;
    } finally {
      if (this.running.get(key) === mine) this.running.delete(key);
    }
  }

  private keep(key: string, stamp: string, loaded: LoadedText): void {
    const life = this.lifeOf(loaded);
    // Not awaited, and a failure is no loss: the stamp guards it whenever it arrives.
    if (life > 0) void this.cache.set(key, stamp + loaded.text, life);
  }

  /** In milliseconds; 0 or less where it is not kept. */
  private lifeOf({ text, ttlMs = this.maxTtlMs }: LoadedText): number {
    return Buffer.byteLength(text) > MAX_ENTRY_BYTES ? 0 : Math.min(Math.floor(ttlMs), this.maxTtlMs);
  }

  /**
   * Gives a value to each tag that has none, whoever comes first; `undefined` where Redis does not answer or is full.
   * @returns with the stamp, the tags (but the era) that had none, and their value
   */
  private async plant(
    tags: readonly string[],
  ): Promise<{ stamp: string | undefined; tags: Map<string, string> } | undefined> {
    const names = tags.map((tag) => `${this.connection.namespace}:${tag}`);
    const fresh = names.map(freshValue);
    const pipeline = this.connection.redis.pipeline();
    for (const [i, name] of names.entries())
      pipeline.set(name, fresh[i]!, 'PX', tags[i] === ERA ? ERA_TTL_MS : this.tagTtlMs, 'NX');
    pipeline.mgetBuffer(names);
    try {
      const results = await settled(pipeline.exec());
      const [era, ...values] = results.at(-1) as (Buffer | null)[];
      const planted = names.flatMap((name, i) =>
        tags[i] !== ERA && results[i] === 'OK' ? [[name, fresh[i]!] as const] : [],
      );
      return { stamp: stampOf(era, values, 0, values.length), tags: new Map(planted) };
    } catch (error) {
      this.connection.failed(error);
      return undefined;
    }
  }

  /**
   * Takes back what was planted for an answer that is not kept, or not found, unless it has another value by now: whoever asks for
   * what he made up, tokens or ids, would leave a tag for each. Where somebody else has come to rely on one, it costs him a miss.
   */
  private async uprootUnlessKept(planted: ReadonlyMap<string, string>, loading: Promise<LoadedText>): Promise<void> {
    const life = await loading.then(
      (loaded) => this.lifeOf(loaded),
      () => 0,
    );
    if (life > 0 || planted.size === 0) return;
    try {
      await this.connection.redis.eval(UPROOT, planted.size, ...planted.keys(), ...planted.values());
    } catch (error) {
      this.connection.failed(error);
    }
  }

  private async setTags(tags: readonly string[], value: () => string, ttlMs: number): Promise<void> {
    const pipeline = this.connection.redis.pipeline();
    for (const tag of tags) pipeline.set(`${this.connection.namespace}:${tagKey(tag)}`, value(), 'PX', ttlMs);
    await settled(pipeline.exec());
  }
}

const bears = (entry: Buffer | undefined, stamp: string): entry is Buffer =>
  entry !== undefined && entry.length >= stamp.length && entry.toString('latin1', 0, stamp.length) === stamp;

/** Tag values hold neither `.` nor a line's end, so no stamp is the beginning of another. */
function stampOf(
  era: Buffer | null | undefined,
  values: (Buffer | null | undefined)[],
  from: number,
  to: number,
): string | undefined {
  if (!era) return undefined;
  let stamp = era.toString('latin1');
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (!value) return undefined;
    stamp += `.${value.toString('latin1')}`;
  }
  return `${stamp}\n`;
}

/** The results of a pipeline; a command that failed throws, where ioredis would hand its error over as a result. */
async function settled(results: Promise<[error: Error | null, result: unknown][] | null>): Promise<unknown[]> {
  return ((await results) ?? []).map(([error, result]) => {
    if (error) throw error;
    return result;
  });
}
