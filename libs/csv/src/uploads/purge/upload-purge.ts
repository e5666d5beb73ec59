import { sqlState } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { StorageFull } from '@app/problems';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import { UploadRoom } from '../upload-room.js';
import { isOwnTable, type NumberedTable, SHARED_ROWS_TABLE } from '../upload-tables.js';
import { PurgeRepository } from './purge.repository.js';

const LOCK_NOT_AVAILABLE = '55P03';
/** Sessions that use the table are cancelled after each attempt. If new ones keep coming, the job fails and is retried later. */
const DROP_ATTEMPTS = 5;

/**
 * Removes what an upload leaves behind. Of a deleted upload, everything; of a failed or cancelled one, rows and metadata, but not
 * the rejects and the file. It may run twice and be interrupted at any point, and it does nothing to any other upload.
 */
@Injectable()
export class UploadPurge {
  constructor(
    private readonly purges: PurgeRepository,
    private readonly store: FileStore,
    private readonly room: UploadRoom,
  ) {}

  async purge(
    { upload_id: uploadId, rows_table: rowsTable, storage_key: storageKey }: PayloadOf<'csv.purge'>,
    signal: AbortSignal,
  ): Promise<void> {
    if (isOwnTable(rowsTable)) await this.dropTable(rowsTable, signal);
    // First what gives room back at once: a DELETE of rows takes room in the write-ahead log.
    if (storageKey !== null && (await this.purges.isDeleted(uploadId))) await this.store.delete(storageKey);
    await this.deleteInSlices(SHARED_ROWS_TABLE, uploadId, signal);
    await this.purges.deleteMetadata(uploadId);
    if (await this.purges.isDeleted(uploadId)) await this.deleteInSlices('csv_rejects', uploadId, signal);
  }

  private async deleteInSlices(table: NumberedTable, uploadId: string, signal: AbortSignal): Promise<void> {
    for (let last: number | null = -1; last !== null; ) {
      signal.throwIfAborted();
      await this.requireRoom();
      last = await this.purges.deleteSlice(table, uploadId, last);
    }
  }

  /** The log of deleted rows must not fill the disk either. @throws StorageFull, so that the job runs again later */
  private async requireRoom(): Promise<void> {
    try {
      await this.room.requireToDelete();
    } catch (error) {
      if (!(error instanceof StorageFull)) throw error;
      await this.purges.shortenLog();
      await this.room.requireToDelete();
    }
  }

  private async dropTable(name: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await this.purges.dropTable(name);
      } catch (error) {
        if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === DROP_ATTEMPTS) throw error;
        await this.purges.cancelSessionsUsing(name);
      }
    }
  }
}
