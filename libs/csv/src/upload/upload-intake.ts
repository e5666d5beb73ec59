import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import type { Dialect } from '@app/csv-format';
import { isDatabaseAway, newId, Transactions, type Tx } from '@app/database';
import { JobOutbox, OutboxRow } from '@app/jobs';
import { type FileDraft, FileStore } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import { type ContentFacts, ContentInspection } from './content-inspection.js';
import { previewDialect } from './dialect-preview.js';
import { ingestJobFor } from './ingest-job.js';
import type { CsvUpload } from './upload.entity.js';
import { UploadTooLarge } from './upload.problems.js';
import type { UploadOptions } from './upload-options.js';
import { uploadTags } from './upload-tags.js';
import { SHARED_ROWS_TABLE, UploadsRepository } from './uploads.repository.js';

/** A file as its sender hands it over: read once, from front to back. */
export interface IncomingFile {
  filename: string;
  content: AsyncIterable<Buffer>;
  /** How many bytes its sender said there would be, as far as he did. */
  announcedBytes: number;
}

/**
 * Asked with the file's SHA-256 after the last byte came and before anything is kept; what it throws ends the intake without a
 * trace. Idempotency needs it: only then is it known whether the same file was sent again.
 */
export type IntakePrecondition = (sha256: Buffer) => Promise<void>;

/** Far more than the commit of a file and of its upload can take. */
const PRECAUTION_MS = 15 * 60_000;

/** Takes files in: from the sender's first byte to an upload that a worker will find. */
@Injectable()
export class UploadIntake {
  constructor(
    private readonly uploads: UploadsRepository,
    private readonly store: FileStore,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly cache: TagCache,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Refuses a file by its announced size alone. @throws UploadTooLarge */
  requireAcceptable(announcedBytes: number): void {
    const limit = this.config.MAX_UPLOAD_BYTES;
    if (announcedBytes > limit) throw new UploadTooLarge({ limit_bytes: limit });
  }

  /**
   * Stores the file while it comes in, and leaves the upload with its ingest job. Whatever goes wrong, and whoever goes away,
   * before that: no upload, no file.
   * @throws UploadTooLarge, CsvEmpty, CsvNotText, CsvNoColumns, StorageFull, and what `content` or `precondition` throw
   */
  async receive(
    userId: string,
    file: IncomingFile,
    options: UploadOptions,
    precondition?: IntakePrecondition,
  ): Promise<CsvUpload> {
    const id = newId();
    const draft = await this.store.create(id, file.announcedBytes);
    try {
      const facts = await this.takeIn(file.content, draft, options.encoding);
      const dialect = previewDialect(facts, options);
      const precaution = await this.leavePrecaution(id);
      await this.meet(precondition, facts, precaution);
      await draft.commit();
      return await this.record({ userId, id, filename: file.filename, facts, options, dialect, precaution });
    } catch (error) {
      await draft.abort();
      throw error;
    }
  }

  private async takeIn(
    content: AsyncIterable<Buffer>,
    draft: FileDraft,
    declaredEncoding?: string,
  ): Promise<ContentFacts> {
    const inspection = new ContentInspection(this.config.MAX_UPLOAD_BYTES, declaredEncoding);
    for await (const chunk of content) {
      inspection.push(chunk);
      await draft.write(chunk);
    }
    return inspection.end();
  }

  /**
   * A purge of the file for later, left before there is a file. Storage and database cannot commit together: should this process
   * die between the two, it removes the file of an upload that never came to be. To one that exists it does nothing.
   * Committed before the precondition is asked: what is committed after that counts as what the request brought about.
   */
  private async leavePrecaution(id: string): Promise<string> {
    return this.transactions.run((tx) =>
      this.jobs.add(
        tx,
        'csv.purge',
        { upload_id: id, rows_table: SHARED_ROWS_TABLE, storage_key: id },
        { runAt: new Date(Date.now() + PRECAUTION_MS) },
      ),
    );
  }

  private async meet(
    precondition: IntakePrecondition | undefined,
    facts: ContentFacts,
    precaution: string,
  ): Promise<void> {
    try {
      await precondition?.(facts.sha256);
    } catch (error) {
      await this.transactions.run((tx) => this.withdraw(tx, precaution));
      throw error;
    }
  }

  private async withdraw(tx: Tx, precaution: string): Promise<void> {
    await tx.manager.delete(OutboxRow, { id: precaution });
  }

  private async record({ userId, id, filename, facts, options, dialect, precaution }: Received): Promise<CsvUpload> {
    try {
      return await this.transactions.run(async (tx) => {
        const upload = await this.uploads.insert(tx.manager, {
          id,
          user_id: userId,
          original_filename: filename,
          size_bytes: facts.sizeBytes,
          sha256: facts.sha256,
          storage_key: id,
          options,
          encoding: facts.encoding,
          dialect,
        });
        await this.jobs.add(tx, ingestJobFor(facts.sizeBytes, this.config), { upload_id: id });
        await this.withdraw(tx, precaution);
        this.cache.invalidateAfterCommit(tx, [uploadTags.listOf(userId)]);
        return upload;
      });
    } catch (error) {
      // A connection that broke in the commit leaves open whether the upload exists; the precaution finds out.
      if (!isDatabaseAway(error)) await this.store.delete(id);
      throw error;
    }
  }
}

interface Received {
  userId: string;
  id: string;
  filename: string;
  facts: ContentFacts;
  options: UploadOptions;
  dialect: Dialect | null;
  precaution: string;
}
