import { setLocal } from '@app/database';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import { withoutStatementTimeout } from '../execute/background-statements.js';
import type { ColumnProfile } from './column-profile.js';
import { type ProfileLimits, ProfileRun } from './profile-run.js';

const LIMITS: ProfileLimits = { exactCells: 2_000_000, manyDistinct: 100_000, sampledRows: 60_000 };

/** Memory for grouping the values of all columns. */
const SETTINGS = setLocal({ work_mem: '64MB' });

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
