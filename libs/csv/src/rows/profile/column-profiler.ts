import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { withoutStatementTimeout } from '../execute/background-statements.js';
import type { ColumnProfile } from './column-profile.js';
import { type ProfileLimits, ProfileRun } from './profile-run.js';

const LIMITS: ProfileLimits = { exactRows: 1_000_000, manyDistinct: 100_000, sampledRows: 200_000 };

/** A million rows of 20 columns take some 15 s, with the memory and parallel workers of one job, not of a request. */
const SETTINGS = `SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 2`;

/** Profiles all columns of an upload. */
@Injectable()
export class ColumnProfiler {
  constructor(private readonly dataSource: DataSource) {}

  /** In a transaction of its own. @throws the signal's reason */
  async profile(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    return this.dataSource.transaction((manager) =>
      withoutStatementTimeout(manager, signal, () => this.profileIn(manager, upload, signal)),
    );
  }

  /** In the manager's transaction, whose statements can be cancelled. @throws the signal's reason, between two statements */
  async profileIn(manager: EntityManager, upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    await manager.query(SETTINGS);
    return new ProfileRun(manager, upload, LIMITS).profile(signal);
  }
}
