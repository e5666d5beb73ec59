import { CONFIG, type Config } from '@app/config';
import { Statements, Transactions, type Tx } from '@app/database';
import { JobOutbox } from '@app/jobs';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CsvUpload } from '../../uploads/upload.entity.js';
import type { IndexChoice, IndexKind } from './index-definition.js';

/** `refused`: it exceeds the budget, or its values are too long for an index; no query requests it again. */
type IndexStatus = 'building' | 'ready' | 'refused';

export interface CataloguedIndex extends IndexChoice {
  status: IndexStatus;
  /** As SQL names it, with its schema; null until it is ready. */
  name: string | null;
}

interface CatalogueLine {
  kind: IndexKind;
  column_key: string;
  status: IndexStatus;
  index_name: string | null;
}

/** The payload of a build job; `column_key` is empty for `search`. */
export type IndexRequest = Pick<CataloguedIndex, 'kind'> & { upload_id: string; column_key: string };

interface BuiltIndex {
  name: string;
  bytes: number;
  ms: number;
}

/** The `column_key` of `search` in `csv_indexes`, which has no column. */
const ALL_COLUMNS = '';

const columnKeyOf = ({ column }: IndexChoice): string => column?.key ?? ALL_COLUMNS;

/** The table of requested indexes and their states. */
@Injectable()
export class IndexCatalogue {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly jobs: JobOutbox,
    private readonly statements: Statements,
  ) {}

  async of(upload: CsvUpload): Promise<CataloguedIndex[]> {
    const rows = await this.statements.rows<CatalogueLine>(
      'SELECT kind, column_key, status, index_name FROM csv_indexes WHERE upload_id = $1',
      [upload.id],
    );
    return rows.map(({ kind, column_key, status, index_name }) => ({
      kind,
      status,
      name: index_name,
      column: columnOf(upload, column_key),
    }));
  }

  /**
   * Adds a build job for each index that is not catalogued yet, up to INDEX_MAX_COUNT of an upload. Concurrent requests for one index
   * add one job.
   */
  async request(upload: CsvUpload, choices: IndexChoice[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      for (const choice of choices) {
        if (!(await this.insert(tx.manager, upload, choice))) continue;
        const { kind } = choice;
        await this.jobs.add(tx, 'csv.index', { upload_id: upload.id, kind, column_key: columnKeyOf(choice) });
      }
    });
  }

  private async insert(manager: EntityManager, upload: CsvUpload, choice: IndexChoice): Promise<boolean> {
    const inserted: unknown[] = await manager.query(
      `INSERT INTO csv_indexes (upload_id, kind, column_key, status)
       SELECT $1, $2, $3, 'building'
        WHERE (SELECT count(*) FROM csv_indexes WHERE upload_id = $1 AND status <> 'refused') < $4
       ON CONFLICT DO NOTHING RETURNING kind`,
      [upload.id, choice.kind, columnKeyOf(choice), this.config.INDEX_MAX_COUNT],
    );
    return inserted.length > 0;
  }

  /** When an index that is to be built was requested; null when it is built, refused or forgotten. */
  async requestedAt({ upload_id, kind, column_key }: IndexRequest): Promise<Date | null> {
    const [found]: { created_at: Date }[] = await this.dataSource.query(
      `SELECT created_at FROM csv_indexes WHERE upload_id = $1 AND kind = $2 AND column_key = $3 AND status = 'building'`,
      [upload_id, kind, column_key],
    );
    return found?.created_at ?? null;
  }

  /**
   * Locks an index that is to be built until the transaction ends. It waits for a lock that another worker holds: the statement of a
   * killed or frozen worker runs on in the server for a while, and only its end shows whether the index is still to be built.
   * @returns false when it is not.
   */
  async lockForBuild(manager: EntityManager, { upload_id, kind, column_key }: IndexRequest): Promise<boolean> {
    const found: unknown[] = await manager.query(
      `SELECT FROM csv_indexes WHERE upload_id = $1 AND kind = $2 AND column_key = $3 AND status = 'building' FOR UPDATE`,
      [upload_id, kind, column_key],
    );
    return found.length > 0;
  }

  /** The size of the upload's indexes in bytes. */
  async bytesOf(manager: EntityManager, uploadId: string): Promise<number> {
    const [{ bytes }] = await manager.query(
      'SELECT coalesce(sum(size_bytes), 0) AS bytes FROM csv_indexes WHERE upload_id = $1',
      [uploadId],
    );
    return Number(bytes);
  }

  /** The next read of the upload asks a replica for the position in the log behind this; without the index it would be slow there. */
  async markReady(
    manager: EntityManager,
    { upload_id, kind, column_key }: IndexRequest,
    built: BuiltIndex,
  ): Promise<void> {
    await manager.query(
      `UPDATE csv_indexes SET status = 'ready', index_name = $4, size_bytes = $5, build_ms = $6, built_at = clock_timestamp()
        WHERE upload_id = $1 AND kind = $2 AND column_key = $3`,
      [upload_id, kind, column_key, built.name, built.bytes, built.ms],
    );
    await manager.query(
      'UPDATE csv_uploads SET wal_position_epoch = NULL WHERE id = $1 AND wal_position_epoch IS NOT NULL',
      [upload_id],
    );
  }

  async markRefused(manager: EntityManager, { upload_id, kind, column_key }: IndexRequest): Promise<void> {
    await manager.query(
      `UPDATE csv_indexes SET status = 'refused' WHERE upload_id = $1 AND kind = $2 AND column_key = $3`,
      [upload_id, kind, column_key],
    );
  }

  /**
   * Removes the indexes of a changed column from the catalogue, and adds jobs that drop them. One that is being built stays: its build
   * notices that the column has changed, and begins again.
   */
  async dropOfColumn(tx: Tx, uploadId: string, columnKey: string): Promise<void> {
    const forgotten: [{ index_name: string | null }[], number] = await tx.manager.query(
      `DELETE FROM csv_indexes WHERE (upload_id, kind, column_key) IN (
         SELECT upload_id, kind, column_key FROM csv_indexes WHERE upload_id = $1 AND column_key = $2 FOR UPDATE SKIP LOCKED)
       RETURNING index_name`,
      [uploadId, columnKey],
    );
    for (const { index_name } of forgotten[0]) {
      if (index_name !== null) await this.jobs.add(tx, 'csv.index-drop', { index_name });
    }
  }

  /** Deletes the entries of an upload that is deleted. */
  async forget(uploadId: string): Promise<void> {
    await this.dataSource.query('DELETE FROM csv_indexes WHERE upload_id = $1', [uploadId]);
  }
}

const columnOf = (upload: CsvUpload, key: string) => upload.columns.find((column) => column.key === key) ?? null;
