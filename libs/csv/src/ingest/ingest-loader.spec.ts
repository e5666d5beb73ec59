import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { DiskRoom, LocalFileStore } from '@app/storage';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CsvUpload } from '../uploads/upload.entity.js';
import { UploadRoom } from '../uploads/upload-room.js';
import type { Batch } from './batches/batch.js';
import type { BatchWriter } from './batches/batch-writer.js';
import type { BatchReaderOptions } from './batches/file-batcher.js';
import { IngestLoader } from './ingest-loader.js';
import type { PlannedIngest } from './ingest-planner.js';
import type { ParsedChunk, Parser } from './parser/parser.js';
import { ParserPool } from './parser/parser-pool.js';

// Real: the disk, the parser and its worker. Fake: the batch writer, which only counts, and the death of a worker, because one that was
// started from TypeScript ends the whole process.

/** While `workersDie`, a parser's worker dies at the third chunk. */
class MortalParserPool extends ParserPool {
  workersDie = false;

  override open(options: BatchReaderOptions, sizeBytes: number): Parser {
    const parser = super.open(options, sizeBytes);
    if (!this.workersDie) return parser;
    const rejects: ((error: Error) => void)[] = [];
    const write = () =>
      new Promise<ParsedChunk>((_, reject) => {
        rejects.push(reject);
        if (rejects.length === 3) for (const fail of rejects) fail(new Error('died'));
      });
    return { write, end: write, recycle: (batch) => parser.recycle(batch), close: () => parser.close() };
  }
}
const parsers = new MortalParserPool();
afterEach(() => {
  parsers.workersDie = false;
});

const NEVER_MS = 3_600_000;
const LINE = '1,2\n';
/** More than the size up to which a file is parsed inline. */
const LINES = 1_300_000;

let root: string;
let store: LocalFileStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'loader-'));
  store = await LocalFileStore.at(root, NEVER_MS);
  const draft = await store.create('big');
  await draft.write(Buffer.from(LINE.repeat(LINES)));
  await draft.commit();
});
afterAll(() => rm(root, { recursive: true }));

const newUpload = (facts: Partial<CsvUpload> = {}) =>
  ({
    id: 'id',
    storage_key: 'big',
    size_bytes: LINE.length * LINES,
    lease_epoch: 1,
    rows_table: 'csv_rows',
    options: {},
    ...facts,
  }) as CsvUpload;

const planned = () =>
  ({
    plan: {
      dialect: { delimiter: ',', quote: '"', escape: '"', newline: 'lf', decimal: '.', encoding: 'utf-8' },
      columns: ['a', 'b'].map((name, at) => ({ key: name, name, type: 'text', position: at + 1 })),
      warnings: [],
    },
    from: { batch: 0, record: 0, row: 0, text: 0, byte: 0, line: 0 },
    end: LINE.length * LINES,
  }) as unknown as PlannedIngest;

async function load(upload: CsvUpload, signal = new AbortController().signal): Promise<number> {
  let rows = 0;
  const writer = {
    write: async ({ rowCount }: Batch) => {
      rows += rowCount;
    },
  } as unknown as BatchWriter;
  const config = loadConfig({});
  const room = new UploadRoom(new DiskRoom(config, store), config);
  await new IngestLoader(store, parsers, writer, room, config).load(upload, planned(), signal);
  return rows;
}

describe('IngestLoader', () => {
  it('commits all rows of a file', async () => {
    expect(await load(newUpload())).toBe(LINES);
  });

  // An unhandled rejection would end the whole process; Vitest fails on one, too.
  it('fails if its parser worker dies, and works again with the next one', async () => {
    parsers.workersDie = true;
    await expect(load(newUpload())).rejects.toThrow('died');
    parsers.workersDie = false;
    expect(await load(newUpload())).toBe(LINES);
  });

  it.each([
    ['shorter', LINE.length * LINES + 1],
    ['longer', LINE.length * LINES - 1],
  ])('fails for good if the file has become %s', async (_, size_bytes) => {
    await expect(load(newUpload({ size_bytes }))).rejects.toMatchObject({ code: 'file_changed' });
  });

  it('stops at the signal, also before the first batch', async () => {
    const reason = new Error('stopping');
    await expect(load(newUpload(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
