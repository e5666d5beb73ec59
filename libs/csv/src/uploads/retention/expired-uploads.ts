import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../upload.entity.js';
import { UploadsRepository } from '../uploads.repository.js';
import { UploadsService } from '../uploads.service.js';

/** Uploads that ended longer ago than they are kept. */
@Injectable()
export class ExpiredUploads {
  constructor(
    private readonly repository: UploadsRepository,
    private readonly uploads: UploadsService,
  ) {}

  /** At most `limit` of them, the oldest first. @param ttlSeconds how long an upload is kept after it has ended */
  find(ttlSeconds: number, limit: number): Promise<CsvUpload[]> {
    return this.repository.findEnded(ttlSeconds, limit);
  }

  /**
   * Deletes at most `limit` of them as their owners would: at once for every reader, while a job removes rows, rejects and file.
   * @returns how many were found; less than `limit` when no expired upload is left
   */
  async deleteSome(ttlSeconds: number, limit: number): Promise<number> {
    const expired = await this.find(ttlSeconds, limit);
    for (const { user_id, id } of expired) await this.delete(user_id, id);
    return expired.length;
  }

  private async delete(userId: string, uploadId: string): Promise<void> {
    try {
      await this.uploads.delete(userId, uploadId);
    } catch (error) {
      // Its owner or another worker was faster.
      if (!(error instanceof NotFound)) throw error;
    }
  }
}
