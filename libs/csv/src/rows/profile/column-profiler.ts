import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { withoutStatementTimeout } from '../execute/background-statements.js';
import type { ColumnProfile } from './column-profile.js';
import { type ProfileLimits, ProfileRun } from './profile-run.js';

const LIMITS: ProfileLimits = { exactRows: 1_000_000, manyDistinct: 100_000, sampledRows: 200_000 };

/** A million rows of 20 columns take some 15 s, with the memory and parallel workers of one job, not of a request. */
const SETTINGS = `SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 2`;

/** Profiles all columns of an upload in one read-only transaction. */
@Injectable()
export class ColumnProfiler {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws the signal's reason */
  async profile(upload: CsvUpload, signal: AbortSignal): Promise<ColumnProfile[]> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SET TRANSACTION READ ONLY; ${SETTINGS}`);
      return withoutStatementTimeout(manager, signal, () => new ProfileRun(manager, upload, LIMITS).profile(signal));
    });
  }
}
