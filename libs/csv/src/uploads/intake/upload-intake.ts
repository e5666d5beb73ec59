import { CONFIG, type Config } from '@app/config';
import { isDatabaseAway, newId, Transactions, type Tx } from '@app/database';
import { JobOutbox, OutboxRow } from '@app/jobs';
import { logContext } from '@app/logging';
import { metrics } from '@app/metrics';
import { Problem } from '@app/problems';
import { type FileDraft, FileStore } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CsvUpload } from '../upload.entity.js';
import { UploadTooLarge } from '../upload.problems.js';
import { UploadEffects } from '../upload-effects.js';
import type { UploadOptions } from '../upload-options.js';
import { UploadRoom } from '../upload-room.js';
import { SHARED_ROWS_TABLE } from '../upload-tables.js';
import { UploadsRepository } from '../uploads.repository.js';
import { type ContentFacts, ContentInspection, previewDialect } from './content-inspection.js';
import { type Allowance, UserQuota } from './user-quota.js';

/** A file that is being received. Its content can be read once, from beginning to end. */
export interface IncomingFile {
  filename: string;
  content: AsyncIterable<Buffer>;
  /** The size by the request's Content-Length, 0 if it has none. */
  announcedBytes: number;
}

/**
 * Called with the SHA-256 of the file after its last byte and before anything is stored for good. If it throws, the intake ends without a
 * trace. Idempotency needs it: only the digest shows whether the same file was sent again.
 */
export type IntakePrecondition = (sha256: Buffer) => Promise<void>;

/** Far longer than the commits of a file and of its upload can take. */
const ORPHAN_CLEANUP_DELAY_MS = 15 * 60_000;

/** After how many received bytes the disk is looked at again: others fill it at the same time. */
const LOOK_AT_DISK_BYTES = 4 * 1024 * 1024;

const secondsSince = (beganAt: number): number => Math.round(performance.now() - beganAt) / 1000;

/** The same chunks. @param arrived has the bytes of those that have come, also when no more do */
async function* counted(content: AsyncIterable<Buffer>, arrived: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    arrived.bytes += chunk.length;
    yield chunk;
  }
}

/** Receives files: stores the bytes, records the upload and enqueues its ingest. */
@Injectable()
export class UploadIntake {
  private readonly log = new Logger(UploadIntake.name);

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly store: FileStore,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly effects: UploadEffects,
    private readonly room: UploadRoom,
    private readonly quota: UserQuota,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Refuses a file by its announced size alone, before its body is read. @throws UploadTooLarge, QuotaExceeded, StorageFull */
  async requireAcceptable(userId: string, announcedBytes: number): Promise<void> {
    const limit = this.config.MAX_UPLOAD_BYTES;
    if (announcedBytes > limit) throw new UploadTooLarge({ limit_bytes: limit });
    this.quota.require(announcedBytes, await this.quota.left(userId));
    await this.room.requireForFile(announcedBytes);
  }

  /**
   * Stores a file while it is received, and records its upload with an ingest job. If anything fails before that, neither the upload nor the
   * file exists afterwards.
   * @throws UploadTooLarge, QuotaExceeded, CsvEmpty, CsvNotText, CsvNoColumns, StorageFull, and the errors of `content` and `precondition`
   */
  receive(
    userId: string,
    file: IncomingFile,
    options: UploadOptions,
    precondition: IntakePrecondition,
  ): Promise<CsvUpload> {
    // What is logged of a client that has left has the id of its request, too.
    return logContext.hold(() => this.receiveFile(userId, file, options, precondition));
  }

  private async receiveFile(
    userId: string,
    file: IncomingFile,
    options: UploadOptions,
    precondition: IntakePrecondition,
  ): Promise<CsvUpload> {
    const id = newId();
    const beganAt = performance.now();
    const arrived = { bytes: 0 };
    this.log.log({ upload_id: id, announced_bytes: file.announcedBytes }, 'Upload started');
    const draft = await this.store.create(id, file.announcedBytes);
    try {
      const content = counted(file.content, arrived);
      const allowance = await this.quota.left(userId);
      const facts = await this.storeContent({ ...file, content }, draft, allowance, options.encoding);
      const dialect = previewDialect(facts, options);
      const cleanupJob = await this.scheduleOrphanCleanup(id);
      await this.requirePrecondition(precondition, facts, cleanupJob);
      await draft.commit();
      const upload = {
        id,
        user_id: userId,
        original_filename: file.filename,
        size_bytes: facts.sizeBytes,
        sha256: facts.sha256,
        storage_key: id,
        options,
        encoding: facts.encoding,
        dialect,
      };
      const recorded = await this.record(upload, cleanupJob);
      metrics.uploads.inc({ outcome: 'received' });
      metrics.receivedBytes.inc(facts.sizeBytes);
      this.log.log({ upload_id: id, bytes: facts.sizeBytes, seconds: secondsSince(beganAt) }, 'Upload received');
      return recorded;
    } catch (error) {
      metrics.uploads.inc({ outcome: 'refused' });
      const code = error instanceof Problem ? error.code : 'internal_error';
      this.log.log({ upload_id: id, code, ...arrived, seconds: secondsSince(beganAt) }, 'Upload not received');
      await draft.abort();
      throw error;
    }
  }

  private async storeContent(
    { content, announcedBytes }: IncomingFile,
    draft: FileDraft,
    allowance: Allowance,
    declaredEncoding?: string,
  ): Promise<ContentFacts> {
    const inspection = new ContentInspection(this.config.MAX_UPLOAD_BYTES, declaredEncoding);
    let received = 0;
    let lookAt = 0;
    for await (const chunk of content) {
      inspection.push(chunk);
      this.quota.require(received + chunk.length, allowance);
      if (received >= lookAt) {
        await this.room.requireForFile(Math.max(announcedBytes, received + chunk.length), received);
        lookAt += LOOK_AT_DISK_BYTES;
      }
      await draft.write(chunk);
      received += chunk.length;
    }
    return inspection.end();
  }

  /**
   * Schedules a purge of the file before the file exists. Storage and database cannot commit together: if this process dies between the two
   * commits, the purge deletes the file. If the upload exists by then, the purge does nothing.
   * It is committed before the precondition is checked, because later commits count as effects of the request.
   * @returns the id of the job
   */
  private async scheduleOrphanCleanup(id: string): Promise<string> {
    return this.transactions.run((tx) =>
      this.jobs.add(
        tx,
        'csv.purge',
        { upload_id: id, rows_table: SHARED_ROWS_TABLE, storage_key: id },
        { delayMs: ORPHAN_CLEANUP_DELAY_MS },
      ),
    );
  }

  private async cancelOrphanCleanup(tx: Tx, cleanupJob: string): Promise<void> {
    await tx.manager.delete(OutboxRow, { id: cleanupJob });
  }

  private async requirePrecondition(
    precondition: IntakePrecondition,
    { sha256 }: ContentFacts,
    cleanupJob: string,
  ): Promise<void> {
    try {
      await precondition(sha256);
    } catch (error) {
      await this.transactions.run((tx) => this.cancelOrphanCleanup(tx, cleanupJob));
      throw error;
    }
  }

  private async record(received: Partial<CsvUpload>, cleanupJob: string): Promise<CsvUpload> {
    let committing = false;
    try {
      return await this.transactions.run(async (tx) => {
        await this.quota.requireIn(tx, received.user_id!, received.size_bytes!);
        const upload = await this.uploads.insert(tx.manager, received);
        await this.effects.enqueueIngest(tx, upload);
        await this.cancelOrphanCleanup(tx, cleanupJob);
        this.effects.invalidateCacheAfterCommit(tx, upload);
        committing = true;
        return upload;
      });
    } catch (error) {
      // If the connection broke during the commit, the upload may exist. The cleanup job decides later.
      if (!committing || !isDatabaseAway(error)) await this.store.delete(received.storage_key!);
      throw error;
    }
  }
}
