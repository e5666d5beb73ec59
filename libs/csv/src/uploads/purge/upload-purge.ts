import { sqlState } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { FileStore } from '@app/storage';
import { Injectable } from '@nestjs/common';
import { SHARED_ROWS_TABLE } from '../uploads.repository.js';
import { PurgeRepository, type SlicedTable } from './purge.repository.js';

const LOCK_NOT_AVAILABLE = '55P03';
/** Users of a table are ended after each attempt; more than a few would mean that new ones keep coming, which a later attempt outlasts. */
const DROP_ATTEMPTS = 5;

/**
 * Removes what an upload left: of one that was deleted everything, of one that failed or was cancelled the rows and the notes about
 * them; its rejects and its file stay. It can be run twice and interrupted anywhere, and does nothing to an upload that lives.
 */
@Injectable()
export class UploadPurge {
  constructor(
    private readonly remains: PurgeRepository,
    private readonly store: FileStore,
  ) {}

  async purge(
    { upload_id: uploadId, rows_table: rowsTable, storage_key: storageKey }: PayloadOf<'csv.purge'>,
    signal: AbortSignal,
  ): Promise<void> {
    if (rowsTable !== SHARED_ROWS_TABLE) await this.dropTable(rowsTable, signal);
    await this.deleteInSlices(SHARED_ROWS_TABLE, uploadId, signal);
    await this.remains.deleteNotes(uploadId);
    if (!(await this.remains.isGone(uploadId))) return;
    await this.deleteInSlices('csv_rejects', uploadId, signal);
    if (storageKey !== null) await this.store.delete(storageKey);
  }

  private async deleteInSlices(table: SlicedTable, uploadId: string, signal: AbortSignal): Promise<void> {
    for (let last: number | null = -1; last !== null; ) {
      signal.throwIfAborted();
      last = await this.remains.deleteSlice(table, uploadId, last);
    }
  }

  private async dropTable(name: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        return await this.remains.dropTable(name);
      } catch (error) {
        if (sqlState(error) !== LOCK_NOT_AVAILABLE || attempt === DROP_ATTEMPTS) throw error;
        await this.remains.cancelUsers(name);
      }
    }
  }
}
