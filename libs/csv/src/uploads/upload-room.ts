import { CONFIG, type Config } from '@app/config';
import { DiskRoom } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';

/**
 * What PostgreSQL stores for each byte of a file: with 20 columns and 360 bytes a line 1.2 bytes in the table and 1.4 in the write-ahead
 * log, with 7 columns and 90 bytes 1.7 to 2.1 and 2.5 to 2.9; PostgreSQL reuses the log after max_wal_size. Lines of one character take 33
 * to 50 bytes for each of theirs: the check before each batch stops those.
 */
const DATABASE_BYTES_PER_BYTE = 4;

/** Of each row in the key of an own table: 22 in the index, and some 24 in the files with which PostgreSQL sorts it. */
const KEY_BYTES_PER_ROW = 48;

/** Small files may use half of the reserve, so that they go on where big ones fail. */
const SMALL_FILE_RESERVE_SHARE = 0.5;

/** Deletes go on for longer than ingests. */
const DELETE_RESERVE_SHARE = 0.25;

/** Whether the disks have room for an upload; see DiskRoom. */
@Injectable()
export class UploadRoom {
  constructor(
    private readonly room: DiskRoom,
    @Inject(CONFIG) private readonly config: Pick<Config, 'INGEST_SMALL_BYTES'>,
  ) {}

  /**
   * Room for a file and for its rows.
   * @param storedBytes of the file, which the disk has already
   * @throws StorageFull
   */
  requireForFile(sizeBytes: number, storedBytes = 0): Promise<void> {
    return this.room.require({
      files: sizeBytes - storedBytes,
      database: sizeBytes * DATABASE_BYTES_PER_BYTE,
      reserveShare: this.shareFor(sizeBytes),
    });
  }

  /** Room to go on with an ingest. @throws StorageFull */
  requireReserve(sizeBytes: number): Promise<void> {
    return this.room.require({ reserveShare: this.shareFor(sizeBytes) });
  }

  /** Room for the key of an upload's own table. @throws StorageFull */
  requireForKey(rows: number, sizeBytes: number): Promise<void> {
    return this.room.require({ database: rows * KEY_BYTES_PER_ROW, reserveShare: this.shareFor(sizeBytes) });
  }

  /** Room for the write-ahead log of deleted rows. @throws StorageFull */
  requireToDelete(): Promise<void> {
    return this.room.require({ reserveShare: DELETE_RESERVE_SHARE });
  }

  private shareFor(sizeBytes: number): number {
    return sizeBytes <= this.config.INGEST_SMALL_BYTES ? SMALL_FILE_RESERVE_SHARE : 1;
  }
}
