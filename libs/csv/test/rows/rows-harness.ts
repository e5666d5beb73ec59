import type { TagCache } from '@app/cache';
import { type Config, loadConfig } from '@app/config';
import { type CsvColumn } from '@app/csv-format';
import { newId, Transactions, type Tx } from '@app/database';
import type { JobOutbox, PayloadOf } from '@app/jobs';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BackgroundStatements } from '../../src/rows/execute/background-statements.js';
import { GuardedReads } from '../../src/rows/execute/guarded-reads.js';
import { ReadLanes } from '../../src/rows/execute/read-lanes.js';
import { ReadyUploads } from '../../src/rows/execute/ready-uploads.js';
import { RowCounter } from '../../src/rows/execute/row-counter.js';
import { RowsReader } from '../../src/rows/execute/rows.reader.js';
import { RowsService } from '../../src/rows/execute/rows.service.js';
import { closedBody } from '../../src/rows/execute/rows-answer.js';
import { ScanQueue } from '../../src/rows/execute/scan-queue.js';
import { RowsExporter } from '../../src/rows/export/rows-exporter.js';
import { IndexAdviser } from '../../src/rows/indexes/index-adviser.js';
import { IndexBuilder } from '../../src/rows/indexes/index-builder.js';
import { IndexCatalogue } from '../../src/rows/indexes/index-catalogue.js';
import { RankMarks } from '../../src/rows/indexes/rank-marks.js';
import { ColumnProfiler } from '../../src/rows/profile/column-profiler.js';
import type { RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import { CsvUpload } from '../../src/upload/upload.entity.js';
import { UploadsRepository } from '../../src/upload/uploads.repository.js';
import { newOwnTable, storeUpload } from './store-upload.js';

/** A cache that keeps nothing. */
export const forgetful = {
  read: async ({ load }: { load: () => Promise<unknown> }) => ({ value: await load(), outcome: 'MISS' }),
  invalidateAfterCommit: () => {},
} as unknown as TagCache;

/** Marks so close together that small tables have several. */
class FineMarks extends RankMarks {
  protected override readonly smallestStep = 3;
}

/** The reading side on a real database; uploads are put in as an ingest would leave them, the cache is left out. */
export class RowsHarness {
  readonly rows: RowsService;
  readonly builder: IndexBuilder;
  readonly exporter: RowsExporter;
  readonly profiler: ColumnProfiler;
  /** Jobs for indexes that were left behind. */
  readonly wishes: PayloadOf<'csv.index'>[] = [];

  private constructor(
    readonly dataSource: DataSource,
    readonly config: Config,
    readonly userId: string,
  ) {
    const jobs = {
      add: async (tx: Tx, _: string, wish: PayloadOf<'csv.index'>) => tx.afterCommit(() => this.wishes.push(wish)),
    } as unknown as JobOutbox;
    const transactions = new Transactions(dataSource);
    const catalogue = new IndexCatalogue(config, dataSource, transactions, jobs);
    const lanes = new ReadLanes(new GuardedReads(config, dataSource), new ScanQueue(config));
    const reader = new RowsReader(dataSource, lanes);
    const counter = new RowCounter(config, forgetful, lanes, reader, new FineMarks());
    const uploads = new ReadyUploads(new UploadsRepository(dataSource));
    const statements = new BackgroundStatements(dataSource);
    this.rows = new RowsService(config, uploads, new IndexAdviser(catalogue), reader, counter);
    this.exporter = new RowsExporter(config, new IndexAdviser(catalogue), reader, lanes, dataSource);
    this.profiler = new ColumnProfiler(dataSource, statements);
    this.builder = new IndexBuilder(
      config,
      dataSource,
      transactions,
      catalogue,
      new FineMarks(),
      forgetful,
      statements,
    );
  }

  /** @param settings of PostgreSQL, such as `enable_seqscan=off`. */
  static async open(
    url: string,
    environment: Record<string, string> = {},
    ...settings: string[]
  ): Promise<RowsHarness> {
    Logger.overrideLogger(false);
    const extra = { options: ['TimeZone=UTC', ...settings].map((setting) => `-c ${setting}`).join(' ') };
    const dataSource = await new DataSource({ type: 'postgres', url, entities: [CsvUpload], extra }).initialize();
    const userId = newId();
    await dataSource.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1::uuid, $1::text, 'u', '', '')`,
      [userId],
    );
    return new RowsHarness(dataSource, loadConfig(environment), userId);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  newUpload(columns: CsvColumn[], rows: (string | null)[][], facts: Partial<CsvUpload> = {}): Promise<CsvUpload> {
    return storeUpload(this.dataSource, this.userId, columns, rows, facts);
  }

  /** As `newUpload`, in a table of its own. */
  async newBigUpload(
    columns: CsvColumn[],
    rows: (string | null)[][],
    facts: Partial<CsvUpload> = {},
  ): Promise<CsvUpload> {
    return this.newUpload(columns, rows, { rows_table: await newOwnTable(this.dataSource), ...facts });
  }

  /** Does the jobs that were left for indexes. */
  async buildIndexes(): Promise<void> {
    for (const wish of this.wishes.splice(0)) await this.builder.build(wish, new AbortController().signal);
  }

  /** The parsed answer to `GET data/`. */
  ask = async (upload: CsvUpload, raw: RawRowsQuery = {}, signal = new AbortController().signal) => {
    const asker = { userId: this.userId, fresh: false, signal };
    const { index, openBody } = await this.rows.page(asker, upload.id, raw);
    return JSON.parse(closedBody(openBody, index, false, 0)) as {
      data: { row_id: number; data: Record<string, unknown> }[];
      // biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds, for the test to look at
      [member: string]: any;
    };
  };
}
