import { isId } from '@app/database';
import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { UploadsRepository } from '../uploads/uploads.repository.js';
import { UploadNotReady } from './rows.problems.js';

/** Uploads whose rows can be read. */
@Injectable()
export class ReadyUploads {
  constructor(private readonly uploads: UploadsRepository) {}

  /** @throws NotFound, UploadNotReady */
  async get(userId: string, uploadId: string): Promise<CsvUpload> {
    const upload = isId(uploadId) ? await this.uploads.findOwned(userId, uploadId) : null;
    if (!upload) throw new NotFound({ what: 'upload' });
    if (upload.status !== 'completed') throw new UploadNotReady({ upload_status: upload.status });
    return upload;
  }
}
