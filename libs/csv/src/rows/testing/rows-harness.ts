import type { TagCache } from '@app/cache';
import { type Config, loadConfig } from '@app/config';
import { newId } from '@app/database';
import { DataSource } from 'typeorm';
import { CsvUpload, type UploadColumn } from '../../upload/upload.entity.js';
import type { UploadsRepository } from '../../upload/uploads.repository.js';
import type { RawRowsQuery } from '../query/parse-rows-query.js';
import { GuardedReads } from '../reading/guarded-reads.js';
import { RowCounter } from '../reading/row-counter.js';
import { RowsReader } from '../reading/rows.reader.js';
import { RowsService } from '../reading/rows.service.js';
import { closedBody } from '../reading/rows-answer.js';

/** A cache that keeps nothing. */
export const forgetful = {
  read: async ({ load }: { load: () => Promise<unknown> }) => ({ value: await load(), outcome: 'MISS' }),
  invalidateAfterCommit: () => {},
} as unknown as TagCache;

export const newColumns = (columns: Record<string, UploadColumn['type']>): UploadColumn[] =>
  Object.entries(columns).map(([key, type], index) => ({ key, name: key, type, position: index + 1 }));

/** The reading side on a real database; uploads are put in as an ingest would leave them, the cache is left out. */
export class RowsHarness {
  readonly uploads = new Map<string, CsvUpload>();
  readonly rows: RowsService;
  readonly userId = newId();

  private constructor(
    readonly dataSource: DataSource,
    readonly config: Config,
  ) {
    const owned = { findOwned: async (_: string, id: string) => this.uploads.get(id) ?? null } as UploadsRepository;
    const reads = new GuardedReads(dataSource);
    const reader = new RowsReader(dataSource);
    const counter = new RowCounter(config, forgetful, reads, reader, dataSource);
    this.rows = new RowsService(config, owned, reads, reader, counter);
  }

  static async open(url: string, environment: Record<string, string> = {}): Promise<RowsHarness> {
    const dataSource = await new DataSource({
      type: 'postgres',
      url,
      extra: { options: '-c TimeZone=UTC' },
    }).initialize();
    return new RowsHarness(dataSource, loadConfig(environment));
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /** A completed upload with these rows: exact texts, null where empty. */
  async newUpload(
    columns: UploadColumn[],
    rows: (string | null)[][],
    facts: Partial<CsvUpload> = {},
  ): Promise<CsvUpload> {
    const upload = Object.assign(new CsvUpload(), {
      id: newId(),
      user_id: this.userId,
      original_filename: 'test.csv',
      status: 'completed',
      storage_key: newId(),
      rows_table: 'csv_rows',
      columns,
      dialect: { decimal: '.' },
      processed_rows: rows.length,
      ...facts,
    });
    await this.dataSource.query(
      `INSERT INTO ${upload.rows_table} (upload_id, row_number, data)
       SELECT $1, line.number, jsonb_object($2::text[], ARRAY(SELECT jsonb_array_elements_text(line.cells)))
         FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS line (cells, number)`,
      [upload.id, columns.map((column) => column.key), JSON.stringify(rows)],
    );
    this.uploads.set(upload.id, upload);
    return upload;
  }

  /** The parsed answer to `GET data/`. */
  async ask(upload: CsvUpload, raw: RawRowsQuery = {}) {
    const signal = new AbortController().signal;
    const { index, openBody } = await this.rows.page(this.userId, upload.id, raw, signal);
    return JSON.parse(closedBody(openBody, index, false, 0)) as {
      data: { row_id: number; data: Record<string, unknown> }[];
      // biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds, for the test to look at
      [member: string]: any;
    };
  }
}
