import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { sqlState, Transactions, type Tx } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CsvUpload } from '../../upload/upload.entity.js';
import { uploadTags } from '../../upload/upload-tags.js';
import { ownTable, SHARED_ROWS_TABLE } from '../../upload/uploads.repository.js';
import { BackgroundStatements } from '../execute/background-statements.js';
import { IndexCatalogue, type IndexWish } from './index-catalogue.js';
import { indexDefinition } from './index-definition.js';
import type { IndexChoice, IndexKind } from './index-needs.js';
import { RankMarks } from './rank-marks.js';

/** Trigrams of all columns of a million rows: 27 s with this, 385 MB; a btree on one column: 0.5 s. */
const BUILD_SETTINGS = `SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB';
  SET LOCAL work_mem = '128MB'; SET LOCAL max_parallel_maintenance_workers = 2`;

/** Another build holds a lock that ANALYZE would wait for; it analyses when it is through. */
const ANALYZE_PATIENCE = '3s';

/** A value is too long for a btree (a third of a page): no such index on this column, ever. */
const PROGRAM_LIMIT_EXCEEDED = '54000';
const LOCK_NOT_AVAILABLE = '55P03';

class OverBudget extends Error {
  constructor() {
    super("The upload's indexes would take more than INDEX_MAX_BYTES.");
  }
}

/**
 * Builds what queries have wished for. Index and catalogue line commit together: a killed build leaves nothing behind, and is begun
 * again. Rows of a completed upload never change, so a plain CREATE INDEX stands in nobody's way; readers go on meanwhile, and who
 * deletes the upload cancels the build.
 */
@Injectable()
export class IndexBuilder {
  private readonly log = new Logger(IndexBuilder.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly catalogue: IndexCatalogue,
    private readonly marks: RankMarks,
    private readonly cache: TagCache,
    private readonly statements: BackgroundStatements,
  ) {}

  async build(payload: PayloadOf<'csv.index'>, signal: AbortSignal): Promise<void> {
    const wish = payload as IndexWish;
    const upload = await this.findUpload(wish.upload_id);
    if (!upload) return this.catalogue.forget(wish.upload_id);
    try {
      await this.transactions.run((tx) => this.buildIn(tx, upload, wish, signal));
      await this.analyze(upload, signal);
    } catch (error) {
      if (error instanceof OverBudget || sqlState(error) === PROGRAM_LIMIT_EXCEEDED) {
        await this.refuse(wish, error as Error);
      } else if (await this.findUpload(wish.upload_id)) {
        throw error;
      } else {
        await this.catalogue.forget(wish.upload_id);
      }
    }
  }

  /** Nobody will try again; queries do without. */
  async giveUp(tx: Tx, payload: PayloadOf<'csv.index'>): Promise<void> {
    await this.catalogue.markRefused(tx.manager, payload as IndexWish);
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(payload.upload_id)]);
  }

  private async buildIn(tx: Tx, upload: CsvUpload, wish: IndexWish, signal: AbortSignal): Promise<void> {
    const { manager } = tx;
    const choice = choiceOf(upload, wish);
    const { name, sql } = indexDefinition(upload, choice);
    await manager.query(BUILD_SETTINGS);
    const ms = await this.statements.cancellable(manager, signal, async () => {
      if (!(await this.catalogue.lockForBuild(manager, wish))) return null;
      const startedAt = performance.now();
      await manager.query(sql);
      await this.marks.set(manager, upload, choice);
      return Math.round(performance.now() - startedAt);
    });
    if (ms === null) return;

    const [{ size }] = await manager.query('SELECT pg_relation_size($1::regclass) AS size', [name]);
    const bytes = Number(size);
    if ((await this.catalogue.bytesOf(manager, upload.id)) + bytes > this.config.INDEX_MAX_BYTES)
      throw new OverBudget();
    await this.catalogue.markReady(manager, wish, { name, bytes, ms });
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(upload.id)]);
    this.log.log({ upload_id: upload.id, index: name, bytes, ms }, 'An index is ready');
  }

  /**
   * Tells the planner how the indexed values are spread. Not in the build's own transaction: two builds on one table would each wait
   * for the other's lock there.
   */
  private async analyze(upload: CsvUpload, signal: AbortSignal): Promise<void> {
    try {
      await this.transactions.run(async ({ manager }) => {
        await manager.query(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '${ANALYZE_PATIENCE}'`);
        await this.statements.cancellable(manager, signal, () =>
          manager.query(`ANALYZE ${ownTable(upload.rows_table)}`),
        );
      });
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
  }

  private async refuse(wish: IndexWish, reason: Error): Promise<void> {
    this.log.warn({ err: reason, ...wish }, 'An index is not built');
    await this.transactions.run((tx) => this.giveUp(tx, wish));
  }

  private async findUpload(id: string): Promise<CsvUpload | null> {
    const upload = await this.dataSource.manager.findOneBy(CsvUpload, { id, status: 'completed' });
    return upload && upload.rows_table !== SHARED_ROWS_TABLE ? upload : null;
  }
}

function choiceOf(upload: CsvUpload, wish: IndexWish): IndexChoice {
  const column = upload.columns.find(({ key }) => key === wish.column_key) ?? null;
  return { kind: wish.kind as IndexKind, column };
}
