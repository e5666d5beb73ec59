import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Config } from '@app/config';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DraftWatch, HEARTBEATS_PER_CHECK } from '../draft-watch.js';
import { type FileDraft, type FileReading, FileStore, type StorageHealth, type StoredFile } from '../file-store.js';
import { isKey, requireKey } from '../storage-key.js';
import { findDrafts, removeDraft } from './abandoned-drafts.js';
import { S3Draft, SIGNS } from './s3-draft.js';
import { isMissing } from './s3-errors.js';
import { type S3Place, s3Place } from './s3-place.js';
import { type Range, readObject } from './s3-reading.js';

/** Anybody may ask for the health report, and each request to S3 costs. */
const HEALTH_COUNTS_FOR_MS = 2_000;

/** Files in a bucket of S3, or of a server that speaks its protocol, for an api and workers that share no disk. */
export class S3FileStore extends FileStore {
  readonly disk = null;
  private readonly place: S3Place;
  private readonly ownDrafts = new Set<string>();
  private readonly watch: DraftWatch;
  private lastHealth: { at: number; probe: Promise<StorageHealth> } | undefined;

  constructor(private readonly config: Config) {
    super();
    this.place = s3Place(config);
    this.watch = new DraftWatch(
      () => findDrafts(this.place, (key) => this.ownDrafts.has(key)),
      (name) => removeDraft(this.place, name),
    );
  }

  async create(key: string): Promise<FileDraft> {
    this.ownDrafts.add(requireKey(key));
    const heartbeatMs = this.config.STORAGE_SWEEP_MS / HEARTBEATS_PER_CHECK;
    return new S3Draft(this.place, key, heartbeatMs, () => this.ownDrafts.delete(key));
  }

  createReadStream(key: string, { start = 0, end }: Partial<Range> = {}): Readable {
    const ending = new AbortController();
    const bytes = readObject(this.place, requireKey(key), { start, end }, ending.signal);
    return Readable.from(bytes, { objectMode: false }).once('close', () => ending.abort());
  }

  async open(key: string, start: number): Promise<FileReading> {
    const ending = new AbortController();
    const bytes = readObject(this.place, requireKey(key), { start }, ending.signal);
    // The first chunk, so that a missing file fails here.
    const first = await bytes.next();
    let rest: Uint8Array = first.value ?? Buffer.alloc(0);
    return {
      async read(memory) {
        let filled = 0;
        while (filled < memory.length) {
          if (rest.length === 0) {
            const next = await bytes.next();
            if (!next.value) break;
            rest = next.value;
          }
          const taken = rest.subarray(0, memory.length - filled);
          memory.set(taken, filled);
          filled += taken.length;
          rest = rest.subarray(taken.length);
        }
        return filled;
      },
      async close() {
        ending.abort();
        await bytes.return();
      },
    };
  }

  async size(key: string): Promise<number | null> {
    try {
      const { ContentLength } = await this.place.client.send(new HeadObjectCommand(this.object(requireKey(key))));
      return ContentLength!;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.place.client.send(new DeleteObjectCommand(this.object(requireKey(key))));
  }

  async *list(): AsyncIterable<StoredFile> {
    const { client, bucket, prefix } = this.place;
    const files = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, Delimiter: '/' });
    for await (const page of files) {
      for (const { Key, LastModified } of page.Contents ?? []) {
        const key = Key!.slice(prefix.length);
        if (isKey(key)) yield { key, modifiedAt: LastModified! };
      }
    }
  }

  async freeBytes(): Promise<null> {
    return null;
  }

  health(): Promise<StorageHealth> {
    const now = performance.now();
    if (!this.lastHealth || now - this.lastHealth.at > HEALTH_COUNTS_FOR_MS) {
      this.lastHealth = { at: now, probe: this.probe() };
    }
    return this.lastHealth.probe;
  }

  async removeLeftovers(): Promise<number> {
    return (await this.watch.removeUnchanged()).length;
  }

  /** Nothing to read or write any more. */
  onModuleDestroy(): void {
    this.place.client.destroy();
  }

  /** Writes, because a key that may only read lists and reads without a fault. */
  private async probe(): Promise<StorageHealth> {
    const probe = this.object(`${SIGNS}probe.${randomUUID()}`);
    await this.place.client.send(new PutObjectCommand({ ...probe, Body: 'probe' }));
    await this.place.client.send(new DeleteObjectCommand(probe));
    return { freeBytes: null };
  }

  private object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.place.bucket, Key: this.place.prefix + name };
  }
}
