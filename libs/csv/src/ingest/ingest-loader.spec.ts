import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { LocalFileStore } from '@app/storage';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CsvUpload } from '../uploads/upload.entity.js';
import type { Batch } from './batches/batch.js';
import type { BatchWriter } from './batches/batch-writer.js';
import { IngestLoader } from './ingest-loader.js';
import type { PlannedIngest } from './ingest-planner.js';
import type { Parsed } from './parser/parser.js';

// Real: the disk, the parser and its thread. Fake: the writer, which only counts; and the death of a thread, as one that was started
// from TypeScript takes the whole process along.

const thread = vi.hoisted(() => ({ dies: false }));
vi.mock(import('./parser/parser-pool.js'), async (original) => {
  const { ThreadParser } = await original();
  class MortalParser extends ThreadParser {
    private readonly fail: ((error: Error) => void)[] = [];

    override write(chunk: ArrayBuffer, length: number): Promise<Parsed> {
      if (!thread.dies) return super.write(chunk, length);
      const parsed = new Promise<Parsed>((_, reject) => this.fail.push(reject));
      if (this.fail.length === 3) for (const fail of this.fail) fail(new Error('died'));
      return parsed;
    }
  }
  return { ThreadParser: MortalParser };
});
afterEach(() => {
  thread.dies = false;
});

const NEVER_MS = 3_600_000;
const LINE = '1,2\n';
/** More than what is parsed without a thread. */
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
  }) as unknown as PlannedIngest;

async function load(upload: CsvUpload, signal = new AbortController().signal): Promise<number> {
  let rows = 0;
  const writer = {
    write: async ({ rowCount }: Batch) => {
      rows += rowCount;
    },
  } as unknown as BatchWriter;
  await new IngestLoader(store, writer, loadConfig({})).load(upload, planned(), signal);
  return rows;
}

describe('loading a file', () => {
  it('commits all of its rows', async () => {
    expect(await load(newUpload())).toBe(LINES);
  });

  // A rejection that nobody handled would end the worker, and all that it does for others; Vitest fails on one, too.
  it('fails when its thread dies, and the next one has a thread that lives', async () => {
    thread.dies = true;
    await expect(load(newUpload())).rejects.toThrow('died');
    thread.dies = false;
    expect(await load(newUpload())).toBe(LINES);
  });

  it.each([
    ['shorter', LINE.length * LINES + 1],
    ['longer', LINE.length * LINES - 1],
  ])('fails for good when the file is %s than it was', async (_, size_bytes) => {
    await expect(load(newUpload({ size_bytes }))).rejects.toMatchObject({ code: 'file_changed' });
  });

  it('stops when it has to, also before there is a batch', async () => {
    const reason = new Error('stopping');
    await expect(load(newUpload(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
