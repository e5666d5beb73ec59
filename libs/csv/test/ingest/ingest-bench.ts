import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TagCache } from '@app/cache';
import { type Config, loadConfig } from '@app/config';
import { EncodingScanner, splitCells } from '@app/csv-format';
import { dataSourceOptions, newId, Statements, Transactions } from '@app/database';
import { JobOutbox, OutboxRepository, OutboxRow } from '@app/jobs';
import { Mail, MailOutbox } from '@app/mail';
import { DiskRoom, LocalFileStore } from '@app/storage';
import { User, UsersRepository } from '@app/users';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase } from '../../../../test/support/database.js';
import type { Batch } from '../../src/ingest/batches/batch.js';
import { BatchWriter, type LoadTarget } from '../../src/ingest/batches/batch-writer.js';
import { IngestRepository } from '../../src/ingest/ingest.repository.js';
import { IngestService } from '../../src/ingest/ingest.service.js';
import { IngestLoader } from '../../src/ingest/ingest-loader.js';
import { IngestMails } from '../../src/ingest/ingest-mails.js';
import { IngestPlanner } from '../../src/ingest/ingest-planner.js';
import { ParserPool } from '../../src/ingest/parser/parser-pool.js';
import { CsvUpload } from '../../src/uploads/upload.entity.js';
import { UploadEffects } from '../../src/uploads/upload-effects.js';
import type { UploadOptions } from '../../src/uploads/upload-options.js';
import { UploadRoom } from '../../src/uploads/upload-room.js';
import { rowsOfUpload } from '../../src/uploads/upload-tables.js';

/** How a test interrupts a worker. */
export interface Interference {
  /** After the first statement of the claim is committed. The statements behind it see what happens here. */
  duringClaim?(): Promise<void>;
  afterClaim?(): Promise<void>;
  beforeBatch?(batch: Batch): Promise<void> | void;
  afterBatch?(batch: Batch): Promise<void> | void;
}

class InterruptedBatchWriter extends BatchWriter {
  constructor(
    dataSource: DataSource,
    private readonly interference: Interference,
  ) {
    super(dataSource, new Statements({ DATABASE_PREPARED_STATEMENTS: 'on' }, dataSource));
  }

  override async write(batch: Batch, target: LoadTarget): Promise<void> {
    await this.interference.beforeBatch?.(batch);
    await super.write(batch, target);
    await this.interference.afterBatch?.(batch);
  }
}

class InterruptedRepository extends IngestRepository {
  constructor(
    private readonly connections: DataSource,
    private readonly interference: Interference,
  ) {
    super(connections);
  }

  override async claim(uploadId: string): Promise<CsvUpload | null> {
    const runner = this.connections.createQueryRunner();
    const query = runner.query.bind(runner);
    let interruption = this.interference.duringClaim;
    runner.query = async (...statement: Parameters<typeof query>) => {
      const result = await query(...statement);
      const interrupt = interruption;
      interruption = undefined;
      await interrupt?.();
      return result;
    };
    try {
      return await this.claimIn(runner.manager, uploadId);
    } finally {
      await runner.release();
      await this.interference.afterClaim?.();
    }
  }
}

/** The ingest with everything real except Redis: a migrated database of its own, a folder of files, the outboxes of jobs and mails. */
export class IngestBench {
  private readonly parsers = new ParserPool();

  private constructor(
    readonly db: DataSource,
    readonly config: Config,
    readonly store: LocalFileStore,
    readonly folder: string,
    readonly userId: string,
    private readonly release: () => Promise<void>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<IngestBench> {
    Logger.overrideLogger(false);
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'ingest-'));
    const config = loadConfig({ DATABASE_URL: database.url, DATA_DIR: folder, LOG_LEVEL: 'silent', ...environment });
    const db = await new DataSource({
      ...dataSourceOptions(config, 'ingest-test'),
      entities: [CsvUpload, OutboxRow, Mail, User],
    } as never).initialize();
    const userId = newId();
    await db.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, 'ann@example.org', 'ann', 'Ann', '')`,
      [userId],
    );
    const store = await LocalFileStore.at(join(folder, 'uploads'), 60_000);
    return new IngestBench(db, config, store, folder, userId, async () => {
      await db.destroy();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    });
  }

  stop(): Promise<void> {
    return this.release();
  }

  /** A new worker. Several workers share the database. */
  worker(interference: Interference = {}, config = this.config): IngestService {
    const transactions = new Transactions(this.db);
    const jobs = new JobOutbox(new OutboxRepository(this.db), { enqueueInBackground: () => {} } as never);
    const cache = { invalidate: async () => {}, invalidateAfterCommit: () => {} } as unknown as TagCache;
    const ingests = new InterruptedRepository(this.db, interference);
    const room = new UploadRoom(new DiskRoom(config, { disk: tmpdir() }), config);
    return new IngestService(
      ingests,
      new IngestPlanner(ingests, transactions, this.store),
      new IngestLoader(this.store, this.parsers, new InterruptedBatchWriter(this.db, interference), room, config),
      new IngestMails(new UsersRepository(this.db), new MailOutbox(jobs)),
      transactions,
      new UploadEffects(jobs, cache, config),
      room,
      config,
    );
  }

  /** Stores an upload as the intake does. @returns its id */
  async upload(content: Buffer | string, options: UploadOptions = {}): Promise<string> {
    const bytes = Buffer.from(content as string);
    const id = newId();
    const draft = await this.store.create(id);
    await draft.write(bytes);
    await draft.commit();
    const scanner = new EncodingScanner(options.encoding);
    scanner.push(bytes);
    const { encoding, bom, confidence } = scanner.end();
    await this.db.manager.insert(CsvUpload, {
      id,
      user_id: this.userId,
      original_filename: 'people.csv',
      size_bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
      storage_key: id,
      options: options as object,
      encoding: { encoding, bom, confidence },
    });
    return id;
  }

  /** Uploads and ingests a file. */
  async ingest(content: Buffer | string, options: UploadOptions = {}): Promise<IngestedUpload> {
    const id = await this.upload(content, options);
    await this.worker().ingest(id, { signal: new AbortController().signal });
    return this.find(id);
  }

  async find(id: string): Promise<IngestedUpload> {
    const upload = await this.db.manager.findOneByOrFail(CsvUpload, { id });
    const rows: { row_number: string; cells: string }[] = await this.db.query(
      `SELECT row_number, cells FROM ${upload.rows_table} WHERE ${rowsOfUpload(upload.rows_table, `'${id}'`)} ORDER BY row_number`,
    );
    const rejects = await this.db.query(
      `SELECT record_number::int, line_number::int, byte_offset::int, code, raw, raw_truncated FROM csv_rejects
        WHERE upload_id = $1 ORDER BY record_number`,
      [id],
    );
    const mails = await this.db.query(`SELECT template, context FROM mails WHERE context->>'upload_id' = $1`, [id]);
    return Object.assign(upload, {
      rejects,
      mails,
      numbers: rows.map(({ row_number }) => Number(row_number)),
      cells: rows.map(({ cells }) => splitCells(cells).map((cell) => (cell === '' ? null : cell))),
    });
  }

  /** The rows of a completed upload as SQL users see them: for each column its key and its cell. */
  async json(id: string): Promise<Record<string, string | null>[]> {
    const rows = await this.db.query('SELECT data FROM csv_rows_json($1) ORDER BY row_number', [id]);
    return rows.map(({ data }: { data: Record<string, string | null> }) => data);
  }
}

export interface IngestedUpload extends CsvUpload {
  numbers: number[];
  /** In column order. */
  cells: (string | null)[][];
  rejects: {
    record_number: number;
    line_number: number;
    byte_offset: number;
    code: string;
    raw: Buffer;
    raw_truncated: boolean;
  }[];
  mails: { template: string; context: Record<string, unknown> }[];
}
