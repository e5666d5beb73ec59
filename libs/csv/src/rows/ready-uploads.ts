import { isId } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { UploadsRepository } from '../uploads/uploads.repository.js';
import { Columns } from './request/columns.js';
import { UploadNotReady } from './rows.problems.js';

/** A file with 1,600 columns takes some 500 kB, so all of them some 50 MB at most. */
const MAX_REMEMBERED = 100;

/** An upload whose rows can be read, with its columns. */
export interface ReadyUpload {
  upload: CsvUpload;
  columns: Columns;
}

/** Uploads whose rows can be read. */
@Injectable()
export class ReadyUploads {
  private readonly remembered = new Map<string, ReadyUpload>();

  constructor(private readonly uploads: UploadsRepository) {}

  /** @throws NotFound, UploadNotReady */
  async get(userId: string, uploadId: string): Promise<CsvUpload> {
    const upload = isId(uploadId) ? await this.uploads.findOwned(userId, uploadId) : null;
    if (!upload) throw new NotFound({ what: 'upload' });
    if (upload.status !== 'completed') throw new UploadNotReady({ upload_status: upload.status });
    return upload;
  }

  /** As `get`, and remembers the upload. @throws NotFound, UploadNotReady */
  async read(userId: string, uploadId: string): Promise<ReadyUpload> {
    this.remembered.delete(keyOf(userId, uploadId));
    const upload = await this.get(userId, uploadId);
    const ready = { upload, columns: new Columns(upload.columns) };
    this.remembered.set(keyOf(userId, uploadId), ready);
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
    return ready;
  }

  /**
   * The upload as it was when it was last read. The rows of a completed upload never change, but it may have been deleted, or its columns
   * changed under another epoch: the statement that uses it must check that (`RowContent.joinedPage`).
   */
  recall(userId: string, uploadId: string): ReadyUpload | undefined {
    return this.remembered.get(keyOf(userId, uploadId));
  }
}

const keyOf = (userId: string, uploadId: string): string => `${userId} ${uploadId}`;
