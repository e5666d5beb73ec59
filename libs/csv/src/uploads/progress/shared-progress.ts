import { setTimeout as sleep } from 'node:timers/promises';
import { isId } from '@app/database';
import { Injectable } from '@nestjs/common';
import { UploadProgressDto } from '../dto/upload-progress.dto.js';
import type { CsvUpload } from '../upload.entity.js';
import { UploadsRepository } from '../uploads.repository.js';
import { UploadProgressReader } from './upload-progress.reader.js';

/** Watchers that ask within this time share one look at the database. */
const GATHER_MS = 50;
/** How long a look serves other watchers of the same upload; they ask once a second. */
const FRESH_MS = 900;

interface Look {
  upload: CsvUpload;
  progress: UploadProgressDto;
}

/**
 * The progress of uploads for many watchers. However many streams are open, the database is asked at most 20 times a second for all of
 * them together, and once a second for each upload.
 */
@Injectable()
export class SharedProgress {
  private readonly looks = new Map<string, { look: Promise<Look | null>; at: number }>();
  private gathering: { ids: Set<string>; found: Promise<Map<string, Look>> } | undefined;

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly progress: UploadProgressReader,
  ) {}

  /** @returns null if the user has no such upload, or no longer */
  async read(userId: string, uploadId: string): Promise<UploadProgressDto | null> {
    if (!isId(uploadId)) return null;
    const look = await this.lookAt(uploadId);
    return look?.upload.user_id === userId ? look.progress : null;
  }

  private lookAt(uploadId: string): Promise<Look | null> {
    const known = this.looks.get(uploadId);
    if (known && Date.now() - known.at < FRESH_MS) return known.look;
    const look = this.gather(uploadId);
    const entry = { look, at: Date.now() };
    this.looks.set(uploadId, entry);
    setTimeout(() => {
      if (this.looks.get(uploadId) === entry) this.looks.delete(uploadId);
    }, FRESH_MS).unref();
    // A look that failed serves nobody else.
    look.catch(() => this.looks.delete(uploadId));
    return look;
  }

  private async gather(uploadId: string): Promise<Look | null> {
    if (!this.gathering) {
      const ids = new Set<string>();
      this.gathering = { ids, found: this.findAfterwards(ids) };
    }
    this.gathering.ids.add(uploadId);
    return (await this.gathering.found).get(uploadId) ?? null;
  }

  private async findAfterwards(ids: Set<string>): Promise<Map<string, Look>> {
    await sleep(GATHER_MS);
    this.gathering = undefined;
    const uploads = await this.uploads.findAll([...ids]);
    const progress = await this.progress.ofAll(uploads);
    return new Map(
      uploads.map((upload, at) => [upload.id, { upload, progress: UploadProgressDto.of(upload, progress[at]!) }]),
    );
  }
}
