import { tmpdir } from 'node:os';
import type { TagCache } from '@app/cache';
import { type Config, loadConfig } from '@app/config';
import { type CsvColumn } from '@app/csv-format';
import {
  newId,
  ReadReplica,
  type ServerSettings,
  Statements,
  sessionSettings,
  startupOptions,
  Transactions,
  type Tx,
} from '@app/database';
import { type JobOutbox, OutboxRepository, type PayloadOf } from '@app/jobs';
import { DiskRoom } from '@app/storage';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BackgroundSlot } from '../../src/rows/execute/background-slot.js';
import { GuardedReads } from '../../src/rows/execute/guarded-reads.js';
import { PageReader } from '../../src/rows/execute/page-reader.js';
import { ReadRouter } from '../../src/rows/execute/read-router.js';
import { ReadScheduler } from '../../src/rows/execute/read-scheduler.js';
import { ReplicaPosition } from '../../src/rows/execute/replica-position.js';
import { RowCounter } from '../../src/rows/execute/row-counter.js';
import { closedBody } from '../../src/rows/execute/rows-response.js';
import { ScanQueue } from '../../src/rows/execute/scan-queue.js';
import { WaitingScans } from '../../src/rows/execute/waiting-scans.js';
import { RowsExporter } from '../../src/rows/export/rows-exporter.js';
import { IndexBuilder } from '../../src/rows/indexes/index-builder.js';
import { IndexCatalogue } from '../../src/rows/indexes/index-catalogue.js';
import { RankSamples } from '../../src/rows/indexes/rank-samples.js';
import { IndexPlanner } from '../../src/rows/plan/index-planner.js';
import { ColumnProfiler } from '../../src/rows/profile/column-profiler.js';
import { ProfileService } from '../../src/rows/profile/profile.service.js';
import { ProfilesRepository } from '../../src/rows/profile/profiles.repository.js';
import { ReadyUploads } from '../../src/rows/ready-uploads.js';
import type { RawRowsQuery } from '../../src/rows/request/parse-rows-query.js';
import { RowsService } from '../../src/rows/rows.service.js';
import { CsvUpload } from '../../src/uploads/upload.entity.js';
import { UploadsRepository } from '../../src/uploads/uploads.repository.js';
import { newOwnTable, storeUpload } from './store-upload.js';

/** A cache that keeps nothing. */
export const uncached = {
  read: async ({ load }: { load: () => Promise<unknown> }) => ({ value: await load(), outcome: 'MISS' }),
  invalidateAfterCommit: () => {},
} as unknown as TagCache;

/** A sample at every third value, so that small tables have several. */
class CloseSamples extends RankSamples {
  override stepOf(): number {
    return 3;
  }
}

/** The services that read rows, on a real database and without a cache. Uploads are inserted as an ingest leaves them. */
export class RowsHarness {
  readonly rows: RowsService;
  readonly builder: IndexBuilder;
  readonly exporter: RowsExporter;
  readonly profiler: ColumnProfiler;
  readonly profiles: ProfileService;
  readonly slot: BackgroundSlot;
  /** The build jobs that queries have added. */
  readonly indexJobs: PayloadOf<'csv.index'>[] = [];
  readonly samples = new CloseSamples();

  private constructor(
    readonly dataSource: DataSource,
    readonly config: Config,
    readonly userId: string,
  ) {
    const jobs = {
      add: async (tx: Tx, _: string, job: PayloadOf<'csv.index'>) => tx.afterCommit(() => this.indexJobs.push(job)),
    } as unknown as JobOutbox;
    const transactions = new Transactions(dataSource);
    const statements = new Statements(config, dataSource);
    const waiting = new WaitingScans(dataSource);
    this.slot = new BackgroundSlot(config, transactions, new OutboxRepository(dataSource), waiting);
    const catalogue = new IndexCatalogue(config, dataSource, transactions, jobs, statements);
    const reads = new ReadRouter(
      new GuardedReads(config, dataSource, statements),
      new ReadReplica(config, dataSource, 'test'),
      new ReplicaPosition(dataSource),
    );
    const scheduler = new ReadScheduler(reads, new ScanQueue(config, waiting));
    const planner = new IndexPlanner(catalogue);
    const counter = new RowCounter(config, uncached, scheduler, this.samples, planner);
    const uploads = new ReadyUploads(new UploadsRepository(dataSource, statements));
    this.rows = new RowsService(
      config,
      dataSource,
      uploads,
      planner,
      new PageReader(scheduler, this.samples),
      counter,
      reads,
    );
    this.exporter = new RowsExporter(config, dataSource, planner, scheduler);
    this.profiler = new ColumnProfiler(dataSource);
    const repository = new ProfilesRepository(dataSource);
    const scans = new ScanQueue(config);
    this.profiles = new ProfileService(config, transactions, jobs, scans, this.profiler, repository, this.slot);
    this.builder = new IndexBuilder(
      config,
      dataSource,
      transactions,
      catalogue,
      this.samples,
      uncached,
      this.slot,
      new DiskRoom(config, { disk: tmpdir() }),
    );
  }

  /** @param settings of PostgreSQL beside those of the service. */
  static async open(
    url: string,
    environment: Record<string, string> = {},
    settings: ServerSettings = {},
  ): Promise<RowsHarness> {
    Logger.overrideLogger(false);
    const config = loadConfig(environment);
    const extra = { options: startupOptions({ ...sessionSettings(config), ...settings }) };
    const dataSource = await new DataSource({ type: 'postgres', url, entities: [CsvUpload], extra }).initialize();
    const userId = newId();
    await dataSource.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1::uuid, $1::text, 'u', '', '')`,
      [userId],
    );
    return new RowsHarness(dataSource, config, userId);
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

  /** Runs the build jobs. */
  async buildIndexes(): Promise<void> {
    for (const job of this.indexJobs.splice(0)) await this.builder.build(job, new AbortController().signal);
  }

  /** The parsed response to `GET data/`. */
  ask = async (upload: CsvUpload, raw: RawRowsQuery = {}, signal = new AbortController().signal) => {
    const turn = { take: async () => {}, release: () => {} };
    const caller = { userId: this.userId, fresh: false, signal, turn };
    const { index, openBody } = await this.rows.page(caller, upload.id, raw);
    return JSON.parse(closedBody(openBody, index, false, 0).toString()) as {
      data: { row_id: number; data: Record<string, unknown> }[];
      // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests check
      [member: string]: any;
    };
  };
}
