import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { sqlState, Transactions, type Tx } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CsvUpload } from '../../uploads/upload.entity.js';
import { uploadTags } from '../../uploads/upload-effects.js';
import { ownTable, SHARED_ROWS_TABLE } from '../../uploads/upload-tables.js';
import { withoutStatementTimeout } from '../execute/background-statements.js';
import { IndexCatalogue, type IndexRequest } from './index-catalogue.js';
import { type IndexChoice, type IndexKind, indexDefinition } from './index-definition.js';
import { RankSamples, rankStepOf } from './rank-samples.js';

/** With these settings the trigrams of all columns of a million rows take 27 s and 385 MB, a btree on one column 0.5 s. */
const BUILD_SETTINGS = `SET LOCAL maintenance_work_mem = '256MB';
  SET LOCAL work_mem = '128MB'; SET LOCAL max_parallel_maintenance_workers = 2`;

/** Another build on the table holds a lock that ANALYZE would wait for; that build runs ANALYZE when it ends. */
const ANALYZE_LOCK_TIMEOUT = '3s';

/** A value is too long for a btree (a third of a page), so this column can never have one. */
const PROGRAM_LIMIT_EXCEEDED = '54000';
const LOCK_NOT_AVAILABLE = '55P03';

class OverBudget extends Error {
  constructor() {
    super("The upload's indexes would exceed INDEX_MAX_BYTES.");
  }
}

/**
 * Builds the indexes that queries request. Index and catalogue entry commit together, so a killed build leaves nothing behind and
 * starts again. Rows of a completed upload never change, so a plain CREATE INDEX blocks no writer, and it does not block readers.
 * Deleting the upload cancels the build.
 */
@Injectable()
export class IndexBuilder {
  private readonly log = new Logger(IndexBuilder.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly catalogue: IndexCatalogue,
    private readonly samples: RankSamples,
    private readonly cache: TagCache,
  ) {}

  async build(payload: PayloadOf<'csv.index'>, signal: AbortSignal): Promise<void> {
    const request = payload as IndexRequest;
    const upload = await this.findUpload(request.upload_id);
    if (!upload) return this.catalogue.forget(request.upload_id);
    try {
      await this.transactions.run((tx) => this.buildIn(tx, upload, request, signal));
      await this.analyze(upload, signal);
    } catch (error) {
      if (error instanceof OverBudget || sqlState(error) === PROGRAM_LIMIT_EXCEEDED) {
        await this.refuse(request, error as Error);
      } else if (await this.findUpload(request.upload_id)) {
        throw error;
      } else {
        await this.catalogue.forget(request.upload_id);
      }
    }
  }

  /** Ends the attempts; queries run without the index. */
  async giveUp(tx: Tx, payload: PayloadOf<'csv.index'>): Promise<void> {
    await this.catalogue.markRefused(tx.manager, payload as IndexRequest);
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(payload.upload_id)]);
  }

  private async buildIn(tx: Tx, upload: CsvUpload, request: IndexRequest, signal: AbortSignal): Promise<void> {
    const { manager } = tx;
    const choice = choiceOf(upload, request);
    const { name, sql } = indexDefinition(upload, choice);
    await manager.query(BUILD_SETTINGS);
    const ms = await withoutStatementTimeout(manager, signal, async () => {
      if (!(await this.catalogue.lockForBuild(manager, request))) return null;
      const startedAt = performance.now();
      await manager.query(sql);
      await this.samples.take(manager, upload, choice, rankStepOf(upload));
      return Math.round(performance.now() - startedAt);
    });
    if (ms === null) return;

    const [{ size }] = await manager.query('SELECT pg_relation_size($1::regclass) AS size', [name]);
    const bytes = Number(size);
    if ((await this.catalogue.bytesOf(manager, upload.id)) + bytes > this.config.INDEX_MAX_BYTES)
      throw new OverBudget();
    await this.catalogue.markReady(manager, request, { name, bytes, ms });
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(upload.id)]);
    this.log.log({ upload_id: upload.id, index: name, bytes, ms }, 'Built an index');
  }

  /**
   * Updates the statistics of the indexed values. This needs a transaction of its own: in the builds' transactions, two builds on one
   * table would each wait for the other's lock.
   */
  private async analyze(upload: CsvUpload, signal: AbortSignal): Promise<void> {
    try {
      await this.transactions.run(async ({ manager }) => {
        await manager.query(`SET LOCAL lock_timeout = '${ANALYZE_LOCK_TIMEOUT}'`);
        await withoutStatementTimeout(manager, signal, () => manager.query(`ANALYZE ${ownTable(upload.rows_table)}`));
      });
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
  }

  private async refuse(request: IndexRequest, reason: Error): Promise<void> {
    this.log.warn({ err: reason, ...request }, 'An index is not built');
    await this.transactions.run((tx) => this.giveUp(tx, request));
  }

  private async findUpload(id: string): Promise<CsvUpload | null> {
    const upload = await this.dataSource.manager.findOneBy(CsvUpload, { id, status: 'completed' });
    return upload && upload.rows_table !== SHARED_ROWS_TABLE ? upload : null;
  }
}

function choiceOf(upload: CsvUpload, request: IndexRequest): IndexChoice {
  const column = upload.columns.find(({ key }) => key === request.column_key) ?? null;
  return { kind: request.kind as IndexKind, column };
}
