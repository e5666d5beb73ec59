import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { FileDraft } from '../file-store.js';
import { s3Problem } from './s3-errors.js';
import type { S3Place } from './s3-place.js';

/** The least that S3 takes, as an upload holds up to four of them in memory. S3 takes 10,000: files of up to 48 GiB. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_ONCE = 2;

/** Where the sign of life of a draft stands; see `S3Draft`. */
export const SIGNS = '.drafts/';

/**
 * A multipart upload while the client sends; a file of less than one part is one request. S3 shows a file only when it is complete.
 *
 * A client that sends slowly fills no part for hours. So that other processes do not take the draft for abandoned, it writes a small
 * object at every heartbeat, beginning with the first: a draft that ends before it costs nothing.
 */
export class S3Draft implements FileDraft {
  private readonly body = new PassThrough();
  private readonly stored: Promise<unknown>;
  private readonly failed = new AbortController();
  private settled = false;
  private readonly heartbeat: NodeJS.Timeout;
  private beats = 0;
  private lastBeat: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly place: S3Place,
    readonly key: string,
    heartbeatMs: number,
    private readonly onSettled: () => void,
  ) {
    const { client, bucket, prefix } = place;
    // Its error is the one of `stored`.
    this.body.on('error', () => {});
    this.stored = new Upload({
      client,
      params: { Bucket: bucket, Key: prefix + key, Body: this.body },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
    }).done();
    this.stored.catch((error) => {
      this.failed.abort(error);
      this.body.destroy();
    });
    this.heartbeat = setInterval(() => this.beat(), heartbeatMs).unref();
  }

  async write(chunk: Uint8Array): Promise<void> {
    const { signal } = this.failed;
    try {
      signal.throwIfAborted();
      if (!this.body.write(chunk)) await once(this.body, 'drain', { signal });
    } catch (error) {
      throw s3Problem(signal.reason ?? error);
    }
  }

  async commit(): Promise<void> {
    if (this.settled) return;
    try {
      this.body.end();
      await this.stored;
      await this.settle();
    } catch (error) {
      await this.abort();
      // The answer to the last request may be lost, and the file complete.
      await this.remove(this.key);
      throw s3Problem(error);
    }
  }

  /** Waits for the parts that are being sent: S3 keeps a part that arrives after the abort. */
  async abort(): Promise<void> {
    if (this.settled) return;
    this.body.destroy(new Error('The draft was aborted.'));
    await this.stored.catch(() => {});
    await this.settle();
  }

  private async settle(): Promise<void> {
    this.settled = true;
    clearInterval(this.heartbeat);
    await this.lastBeat;
    if (this.beats > 0) await this.remove(SIGNS + this.key);
    this.onSettled();
  }

  private beat(): void {
    const { client, bucket, prefix } = this.place;
    const sign = new PutObjectCommand({
      Bucket: bucket,
      Key: prefix + SIGNS + this.key,
      Body: `${process.pid} ${++this.beats}`,
    });
    // If it fails, the next one may not.
    this.lastBeat = Promise.all([this.lastBeat, client.send(sign).catch(() => {})]);
  }

  /** What cannot be removed now is found by the sweep. */
  private async remove(name: string): Promise<void> {
    const { client, bucket, prefix } = this.place;
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + name })).catch(() => {});
  }
}
