import { setTimeout as sleep } from 'node:timers/promises';
import { isId } from '@app/database';
import { Injectable } from '@nestjs/common';
import { UploadProgressDto } from '../dto/upload-progress.dto.js';
import type { CsvUpload } from '../upload.entity.js';
import { UploadsRepository } from '../uploads.repository.js';
import { UploadProgressReader } from './upload-progress.reader.js';

/** Watchers that ask within this time share one read of the database. */
const GATHER_MS = 50;
/** How long what was read serves other watchers of the same upload; each asks once a second. */
const FRESH_MS = 900;

interface Snapshot {
  upload: CsvUpload;
  progress: UploadProgressDto;
}

/**
 * The progress of uploads for many watchers. However many streams are open, the database is asked at most 20 times a second for all of
 * them together, and once a second for each upload.
 */
@Injectable()
export class SharedProgress {
  private readonly snapshots = new Map<string, { snapshot: Promise<Snapshot | null>; at: number }>();
  private gathering: { ids: Set<string>; found: Promise<Map<string, Snapshot>> } | undefined;

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly progress: UploadProgressReader,
  ) {}

  /** @returns null if the user has no such upload, or no longer */
  async read(userId: string, uploadId: string): Promise<UploadProgressDto | null> {
    if (!isId(uploadId)) return null;
    // A request may have its letters in upper case; PostgreSQL gives them in lower case.
    const snapshot = await this.snapshotOf(uploadId.toLowerCase());
    return snapshot?.upload.user_id === userId ? snapshot.progress : null;
  }

  private snapshotOf(uploadId: string): Promise<Snapshot | null> {
    const known = this.snapshots.get(uploadId);
    if (known && Date.now() - known.at < FRESH_MS) return known.snapshot;
    const snapshot = this.gather(uploadId);
    const entry = { snapshot, at: Date.now() };
    this.snapshots.set(uploadId, entry);
    setTimeout(() => {
      if (this.snapshots.get(uploadId) === entry) this.snapshots.delete(uploadId);
    }, FRESH_MS).unref();
    // A read that failed is not shared.
    snapshot.catch(() => this.snapshots.delete(uploadId));
    return snapshot;
  }

  private async gather(uploadId: string): Promise<Snapshot | null> {
    if (!this.gathering) {
      const ids = new Set<string>();
      this.gathering = { ids, found: this.findAfterwards(ids) };
    }
    this.gathering.ids.add(uploadId);
    return (await this.gathering.found).get(uploadId) ?? null;
  }

  private async findAfterwards(ids: Set<string>): Promise<Map<string, Snapshot>> {
    await sleep(GATHER_MS);
    this.gathering = undefined;
    const uploads = await this.uploads.findAll([...ids]);
    const progress = await this.progress.ofAll(uploads);
    return new Map(
      uploads.map((upload, at) => [upload.id, { upload, progress: UploadProgressDto.of(upload, progress[at]!) }]),
    );
  }
}
