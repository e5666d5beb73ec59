import { type Deadline, FairQueue } from '@app/database';
import { QueryTimeout } from '@app/problems';
import { Injectable } from '@nestjs/common';
import type { ReadSession } from './guarded-reads.js';
import { ReadRouter } from './read-router.js';
import type { ReadUpload } from './replica-position.js';
import { ScanQueue } from './scan-queue.js';

/**
 * How long a read may take before it starts again as a heavy one. Nearly every read that an index serves takes less, and a client does not
 * notice the lost time. Waiting for a connection does not count.
 */
const QUICK_MS = 150;

/** Export pages that are read at a time: two use two processors of the database, and leave most of the pool to other requests. */
const EXPORT_PAGES = 2;

/** It may be executed more than once, and begins anew each time. */
type Read<T> = (session: ReadSession) => Promise<T>;

/** Schedules reads of an upload: quick ones run at once, heavy ones wait in a queue and then get parallel workers. */
@Injectable()
export class ReadScheduler {
  private readonly exports = new FairQueue({ atOnce: EXPORT_PAGES, perUser: EXPORT_PAGES });

  constructor(
    private readonly reads: ReadRouter,
    private readonly scans: ScanQueue,
  ) {}

  /** For reads that are known to be quick. */
  immediate<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.reads.run(upload, deadline, 'any', read);
  }

  /** For quick reads that also ask what the primary knows of the upload. */
  onPrimary<T>(deadline: Deadline, read: Read<T>): Promise<T> {
    return this.reads.runOnPrimary(deadline, 'any', read);
  }

  /** For reads that an index is known to answer quickly. */
  byIndex<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.reads.run(upload, deadline, 'indexed', read);
  }

  /** For reads that are known to read every row. */
  scan<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.scans.run(upload.user_id, deadline, () => this.reads.run(upload, deadline, 'scan', read));
  }

  /** For reads that are known to be heavy, and of which PostgreSQL knows whether an index or a scan is quicker. */
  heavy<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.scans.run(upload.user_id, deadline, () => this.reads.run(upload, deadline, 'parallel', read));
  }

  /** For a pass over all rows in many short statements, which counts as one scan. */
  pass<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.scans.run(upload.user_id, deadline, () => this.reads.run(upload, deadline, 'any', read));
  }

  /** For reads that should be quick: one that takes more than 150 ms starts again as a heavy read. */
  async quickFirst<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    try {
      return await this.reads.run(upload, deadline, 'any', read, QUICK_MS);
    } catch (error) {
      if (!(error instanceof QueryTimeout)) throw error;
    }
    return this.heavy(upload, deadline, read);
  }

  /** For one page of an export. Users take turns page by page, so that one with hundreds of exports delays nobody else's. */
  exportPage<T>(upload: ReadUpload, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.exports.run(upload.user_id, deadline, () => this.reads.run(upload, deadline, 'any', read));
  }
}
