import { isId } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';
import { UploadsService } from './uploads.service.js';

/** What an operator can do with the upload of any user. */
@Injectable()
export class UploadsAdmin {
  constructor(
    private readonly uploads: UploadsService,
    private readonly repository: UploadsRepository,
  ) {}

  /** @throws NotFound, UploadNotCancellable */
  async cancel(uploadId: string): Promise<CsvUpload> {
    const { id, user_id } = await this.get(uploadId);
    return this.uploads.cancel(user_id, id);
  }

  /** Ingests the stored file again, with the options it has. @throws NotFound, UploadNotRetryable, StorageFull */
  async retry(uploadId: string): Promise<CsvUpload> {
    const { id, user_id } = await this.get(uploadId);
    return this.uploads.retry(user_id, id, {});
  }

  /** @param bytes 0 for no limit; null for USER_QUOTA_BYTES again */
  async setQuota(userId: string, bytes: number | null): Promise<void> {
    await this.repository.setQuota(userId, bytes);
  }

  countByStatus(): Promise<{ status: string; uploads: number; bytes: number }[]> {
    return this.repository.countByStatus();
  }

  private async get(uploadId: string): Promise<CsvUpload> {
    const [upload] = isId(uploadId) ? await this.repository.findAll([uploadId]) : [];
    if (!upload) throw new NotFound({ what: 'upload' });
    return upload;
  }
}
