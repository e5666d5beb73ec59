import { Injectable } from '@nestjs/common';
import { QueryTimeout } from '../rows.problems.js';
import type { Deadline } from './deadline.js';
import { GuardedReads, type ReadSession } from './guarded-reads.js';
import { ScanQueue } from './scan-queue.js';

/** Longer than nearly every read that an index serves, and short enough to be lost without anybody minding. */
const QUICK_MS = 150;

type Read<T> = (session: ReadSession) => Promise<T>;

/** Pages of exports that are made at a time: two keep two processors of the database busy, and leave the pool to the others. */
const EXPORT_PAGES = 2;

/** Ways to read: quick ones go at once, heavy ones wait for their turn and then have helpers. */
@Injectable()
export class ReadLanes {
  constructor(
    private readonly reads: GuardedReads,
    private readonly scans: ScanQueue,
  ) {}

  private readonly exports = new ScanQueue({ SCAN_LIMIT: EXPORT_PAGES, SCAN_LIMIT_PER_USER: EXPORT_PAGES });

  /** For what is known to be quick. */
  atOnce<T>(deadline: Deadline, read: Read<T>): Promise<T> {
    return this.reads.run(deadline, 'any', read);
  }

  /** For what an index is known to answer in no time. */
  byIndex<T>(deadline: Deadline, read: Read<T>): Promise<T> {
    return this.reads.run(deadline, 'indexed', read);
  }

  /** For what is known to look at every row. */
  scan<T>(userId: string, deadline: Deadline, read: Read<T>): Promise<T> {
    return this.scans.run(userId, deadline, () => this.reads.run(deadline, 'scan', read));
  }

  /** For what ought to be quick: given a short while, and when that is over begun again as a heavy one. */
  async tryQuick<T>(userId: string, deadline: Deadline, read: Read<T>): Promise<T> {
    try {
      return await this.reads.run(deadline.within(QUICK_MS), 'any', read);
    } catch (error) {
      if (!(error instanceof QueryTimeout)) throw error;
    }
    return this.scans.run(userId, deadline, () => this.reads.run(deadline, 'parallel', read));
  }

  /** For a page of an export: exports take turns page by page, so that many small ones do not wait for a big one. */
  exportPage<T>(deadline: Deadline, read: Read<T>): Promise<T> {
    return this.exports.run('', deadline, () => this.reads.run(deadline, 'any', read));
  }
}
