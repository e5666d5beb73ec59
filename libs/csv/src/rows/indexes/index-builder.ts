import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import type { CsvColumn } from '@app/csv-format';
import { isDiskFull, sqlState, Transactions, type Tx } from '@app/database';
import type { PayloadOf } from '@app/jobs';
import { metrics } from '@app/metrics';
import { StorageFull } from '@app/problems';
import { DiskRoom } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CsvUpload } from '../../uploads/upload.entity.js';
import { uploadTags } from '../../uploads/upload-effects.js';
import { isOwnTable, ownTable } from '../../uploads/upload-tables.js';
import { BackgroundSlot } from '../execute/background-slot.js';
import { cellText, comparable } from '../sql/cell-sql.js';
import { MAX_TEXT_BYTES, textBytes } from '../sql/text-blocks.js';
import { IndexCatalogue, type IndexRequest } from './index-catalogue.js';
import { dropOfIndex, type IndexChoice, type IndexKind, indexDefinition } from './index-definition.js';
import { RankSamples } from './rank-samples.js';

/** A value is too long for a btree (a third of a page), so this column can never have one. */
const PROGRAM_LIMIT_EXCEEDED = '54000';

class OverBudget extends Error {
  constructor() {
    super("The upload's indexes would exceed INDEX_MAX_BYTES.");
  }
}

class TextTooLong extends Error {
  constructor() {
    super('The column has a text that is too long for blocks.');
  }
}

/** The column was changed while its index was being built. */
class ColumnChanged extends Error {
  constructor() {
    super('The column was changed while its index was being built.');
  }
}

/**
 * Builds the indexes that queries request, one at a time. Index, statistics and catalogue entry commit together, so a killed build leaves
 * nothing behind and starts again. Rows of a completed upload never change, so a plain CREATE INDEX blocks no writer, and it does not
 * block readers. Deleting the upload cancels the build.
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
    private readonly slot: BackgroundSlot,
    private readonly room: DiskRoom,
  ) {}

  async build(payload: PayloadOf<'csv.index'>, signal: AbortSignal): Promise<void> {
    const request = payload as IndexRequest;
    const requestedAt = await this.catalogue.requestedAt(request);
    if (!requestedAt) return;
    try {
      await this.slot.run(requestedAt, signal, (tx) => this.buildIn(tx, request));
    } catch (error) {
      if (error instanceof ColumnChanged) return this.build(payload, signal);
      if (isUnrecoverable(error)) {
        await this.refuse(request, error as Error);
      } else if (await this.findUpload(this.dataSource.manager, request.upload_id)) {
        throw error;
      } else {
        await this.catalogue.forget(request.upload_id);
      }
    }
  }

  /** Drops an index that no query uses any more. Other processes may still read it; only this job waits until they have ended. */
  async drop({ index_name }: PayloadOf<'csv.index-drop'>): Promise<void> {
    await this.dataSource.query(dropOfIndex(index_name));
  }

  /** Ends the attempts; queries run without the index. */
  async giveUp(tx: Tx, payload: PayloadOf<'csv.index'>): Promise<void> {
    await this.catalogue.markRefused(tx.manager, payload as IndexRequest);
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(payload.upload_id)]);
  }

  /** Does nothing when the index was built or its upload deleted while the build waited for its turn. */
  private async buildIn(tx: Tx, request: IndexRequest): Promise<void> {
    const { manager } = tx;
    const upload = await this.findUpload(manager, request.upload_id);
    if (!upload) return this.catalogue.forget(request.upload_id);
    if (!(await this.catalogue.lockForBuild(manager, request))) return;
    const choice = choiceOf(upload, request);
    const { name, sql } = indexDefinition(upload, choice);
    // At most: the index is as large as the table, and so are its sort and its part of the write-ahead log.
    const [table] = await manager.query('SELECT pg_table_size($1::regclass) AS size', [ownTable(upload.rows_table)]);
    await this.room.require({ database: 3 * Number(table.size) });
    const startedAt = performance.now();
    await this.requireSmallTexts(manager, upload, choice);
    await manager.query(sql);
    await this.samples.take(manager, upload, choice, this.samples.stepOf(upload));
    const ms = Math.round(performance.now() - startedAt);
    tx.afterCommit(() => metrics.indexBuilds.observe(ms / 1000));

    const [{ size }] = await manager.query('SELECT pg_total_relation_size($1::regclass) AS size', [name]);
    const bytes = Number(size);
    await this.requireBudget(manager, upload, bytes);
    await manager.query(`ANALYZE ${ownTable(upload.rows_table)}`);
    if (!(await this.isUnchanged(manager, upload, choice))) throw new ColumnChanged();
    await this.catalogue.markReady(manager, request, { name, bytes, ms });
    this.cache.invalidateAfterCommit(tx, [uploadTags.one(upload.id)]);
    this.log.log({ upload_id: upload.id, index: name, bytes, ms }, 'Built an index');
  }

  /** @param bytes of one index more */
  private async requireBudget(manager: EntityManager, { id }: CsvUpload, bytes: number): Promise<void> {
    if ((await this.catalogue.bytesOf(manager, id)) + bytes > this.config.INDEX_MAX_BYTES) throw new OverBudget();
  }

  /** Before the build, because blocks of a compressed table may be many times as large as the table. */
  private async requireSmallTexts(
    manager: EntityManager,
    upload: CsvUpload,
    { kind, column }: IndexChoice,
  ): Promise<void> {
    if (kind !== 'text_blocks' || !column) return;
    const [{ longest, total }] = await manager.query(textBytes(ownTable(upload.rows_table), column));
    if (longest > MAX_TEXT_BYTES) throw new TextTooLong();
    const bytes = Number(total);
    await this.requireBudget(manager, upload, bytes);
    await this.room.require({ database: 3 * bytes });
  }

  /** Whether type and format of the column are still those of the build. Locks the upload, so that they stay until the transaction ends. */
  private async isUnchanged(manager: EntityManager, { id }: CsvUpload, { column }: IndexChoice): Promise<boolean> {
    if (column === null) return true;
    const [found]: { columns: CsvColumn[] }[] = await manager.query(
      `SELECT columns FROM csv_uploads WHERE id = $1 AND status = 'completed' FOR SHARE`,
      [id],
    );
    const now = found?.columns.find(({ key }) => key === column.key);
    return now !== undefined && comparable(now, cellText(now)) === comparable(column, cellText(column));
  }

  private async refuse(request: IndexRequest, reason: Error): Promise<void> {
    this.log.warn({ err: reason, ...request }, 'An index is not built');
    await this.transactions.run((tx) => this.giveUp(tx, request));
  }

  private async findUpload(manager: EntityManager, id: string): Promise<CsvUpload | null> {
    const upload = await manager.findOneBy(CsvUpload, { id, status: 'completed' });
    return upload && isOwnTable(upload.rows_table) ? upload : null;
  }
}

/** Whether another attempt cannot help: the index cannot be built, or not while the disk is so full. */
const isUnrecoverable = (error: unknown): boolean =>
  error instanceof OverBudget ||
  error instanceof TextTooLong ||
  error instanceof StorageFull ||
  isDiskFull(error) ||
  sqlState(error) === PROGRAM_LIMIT_EXCEEDED;

function choiceOf(upload: CsvUpload, request: IndexRequest): IndexChoice {
  const column = upload.columns.find(({ key }) => key === request.column_key) ?? null;
  return { kind: request.kind as IndexKind, column };
}
