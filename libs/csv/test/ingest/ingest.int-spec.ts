import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestBench } from './ingest-bench.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.start({ INGEST_BATCH_ROWS: '10' });
});
afterAll(() => bench?.stop());

describe('an ingest', () => {
  it('stores each row of a plain file and the types of its columns', async () => {
    const upload = await bench.ingest('id,Unit Price,when\n1,2.5,2024-01-31\n2,,2024-02-29\n3,7,\n');
    expect(upload).toMatchObject({
      status: 'completed',
      stage: 'done',
      processed_rows: 3,
      rejected_rows: 0,
      bytes_done: upload.size_bytes,
      errors: [],
      columns: [
        { key: 'id', name: 'id', type: 'integer', position: 1 },
        { key: 'unit_price', name: 'Unit Price', type: 'number', position: 2 },
        { key: 'when', name: 'when', type: 'date', position: 3 },
      ],
    });
    expect(upload.numbers).toEqual([1, 2, 3]);
    expect(upload.cells).toEqual([
      ['1', '2.5', '2024-01-31'],
      ['2', null, '2024-02-29'],
      ['3', '7', null],
    ]);
    expect(upload.mails.map(({ template }) => template)).toEqual(['csv-completed']);
  });

  it('fails for good with a code if the file is missing or its length has changed', async () => {
    const gone = await bench.upload('a,b\n1,2\n');
    await bench.store.delete(gone);
    const emptied = await bench.upload('a,b\n1,2\n');
    await truncate(join(bench.folder, 'uploads', emptied));
    for (const [id, code] of [
      [gone, 'file_missing'],
      [emptied, 'file_changed'],
    ] as const) {
      await bench.worker().ingest(id, { signal: new AbortController().signal });
      expect(await bench.find(id)).toMatchObject({ status: 'failed', errors: [{ code }] });
    }
  });
});

describe('an ingest, with OWN_TABLE_BYTES of 100 rows,', () => {
  const lines = (count: number, line = '7', end = '\n') => `a${end}${`${line}${end}`.repeat(count)}`;
  it.each([
    ['90 lines', lines(90), 'csv_rows'],
    ['90 long lines, more bytes than rows', lines(90, 'x'.repeat(60)), 'csv_rows'],
    ['200 lines of one character', lines(200), /^csv_parts\./],
    ['200 lines that end with CR', lines(200, '7', '\r'), /^csv_parts\./],
    ['200 lines of UTF-16', Buffer.from(`\ufeff${lines(200)}`, 'utf16le'), /^csv_parts\./],
    ['90 lines of more bytes than that', lines(90, 'x'.repeat(80)), /^csv_parts\./],
  ])('stores a file of %s where its rows belong', async (_, content, table) => {
    const config = { ...bench.config, OWN_TABLE_BYTES: 6_400 };
    const id = await bench.upload(content);
    await bench.worker({}, config).ingest(id, { signal: new AbortController().signal });
    const upload = await bench.find(id);
    expect(upload.status).toBe('completed');
    expect(upload.rows_table).toMatch(table);
    expect(upload.numbers).toHaveLength(upload.processed_rows);
  });
});
