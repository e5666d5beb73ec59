import { NotFound } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { CsvUpload } from '../upload.entity.js';
import { UploadsRepository } from '../uploads.repository.js';
import { UploadsService } from '../uploads.service.js';

const UPLOADS_AT_ONCE = 100;

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

  /** How many they are. */
  count(ttlSeconds: number): Promise<number> {
    return this.repository.countEnded(ttlSeconds);
  }

  /**
   * Deletes them as their owners would: at once for every reader, while a job removes rows, rejects and file.
   * @param isStopping ends it after the uploads of one query
   * @returns how many were found
   */
  async deleteAll(ttlSeconds: number, isStopping = () => false): Promise<number> {
    let deleted = 0;
    for (let found = UPLOADS_AT_ONCE; found === UPLOADS_AT_ONCE && !isStopping(); deleted += found) {
      const expired = await this.find(ttlSeconds, UPLOADS_AT_ONCE);
      for (const { user_id, id } of expired) await this.delete(user_id, id);
      found = expired.length;
    }
    return deleted;
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
