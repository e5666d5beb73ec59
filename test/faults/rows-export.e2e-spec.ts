import { createWriteStream, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import type { Client, UploadView } from '../support/client.js';
import { hashCsv, hashRows, type RowsHash } from '../support/csv/oracle.js';
import { Download } from '../support/download.js';
import { peakMegabytes } from '../support/memory.js';
import { Service } from '../support/service.js';
import { expectExactRows } from '../support/stored-uploads.js';

/** FAULTS=full exports a million rows. */
const ROWS = process.env.FAULTS === 'full' ? 1_000_000 : 300_000;
/** Without backpressure the api produces the whole file in this time. */
const SLOW_MS = 5_000;
/**
 * The allowed growth of the api's memory during an export of any size, read slowly or at full speed. 19 to 33 MB were measured. An api
 * that kept unread data used 270 to 350 MB for half a million rows, and one that made texts of the rows 300 MB at full speed.
 */
const MOST_GROWTH_MB = 90;
/** Data that may be produced but not yet read: the buffers of the two sockets, and the pages in the api. */
const MADE_AHEAD_MB = 30;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

const exportUrl = (upload: UploadView, query: string, api = service.api) =>
  `${api.url}/api/v1/csv-data/uploads/${upload.id}/export/?${query}`;

/** Resets the peak. @returns the resident memory now, in MB */
function resetPeak(pid: number): number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return peakMegabytes(pid);
}

/** Sessions with a transaction that is open for more than a second, with their last statement. */
const longTransactions = () =>
  service.sql.query(
    `SELECT application_name, state, left(query, 80) AS query FROM pg_stat_activity
      WHERE datname = current_database() AND xact_start < clock_timestamp() - interval '1 s'`,
  );

describe('an export with a slow reader', () => {
  let person: Client & { email: string };
  let upload: UploadView;
  let fileBytes: number;
  beforeAll(async () => {
    person = await service.client.withAccount();
    const file = await writeDataSet('A', join(inject('runFolder'), 'exported.csv'), { rows: ROWS });
    fileBytes = file.bytes;
    upload = await person.ingest({ path: file.path }, 'exported.csv');
    // The column profile would read the table too.
    await service.idle(120_000);
  });

  it.each([
    { as: 'CSV in the order of the file', query: 'format=csv', encoding: 'identity' },
    { as: 'CSV, packed', query: 'format=csv', encoding: 'gzip' },
    {
      as: 'JSON, filtered and sorted',
      query: `format=ndjson&sort_by=-unit_price&filters=${encodeURIComponent('{"quantity":{"gt":1}}')}`,
      encoding: 'identity',
    },
  ])('is produced as it is read, and is complete: $as', async ({ query, encoding }) => {
    // A new process has no old garbage; collecting that would hide growth.
    let api = await service.addApi();
    let before = resetPeak(api.pid);
    // This also builds the index that the third case needs.
    const quick = await Download.begin(exportUrl(upload, query, api), person.token!, encoding);
    const expected = await quick.toTheEnd();
    const quickGrowth = peakMegabytes(api.pid) - before;
    expect(quickGrowth, `${Math.round(before)} MB, and ${Math.round(quickGrowth)} MB at full speed`).toBeLessThan(
      MOST_GROWTH_MB,
    );
    await api.stop();
    await service.idle(60_000);

    api = await service.addApi();
    before = resetPeak(api.pid);
    const slow = await Download.begin(exportUrl(upload, query, api), person.token!, encoding);
    await slow.slowly(SLOW_MS);
    const growth = peakMegabytes(api.pid) - before;
    // Otherwise the reader was not slow or read nothing, and the checks below would prove nothing.
    expect(slow.bytes).toBeGreaterThan(0);
    expect(slow.bytes).toBeLessThan(quick.bytes / 2);
    const said = `${Math.round(before)} MB, and ${Math.round(quickGrowth)} MB at full speed, ${Math.round(growth)} MB for ${Math.round(quick.bytes / 1e6)} MB that are read slowly`;
    console.log(said);
    expect(growth, said).toBeLessThan(MOST_GROWTH_MB);
    expect(await longTransactions()).toEqual([]);
    expect((await person.get(`/csv-data/uploads/${upload.id}/data/?page=7&nocache=true`)).status).toBe(200);
    expect(await slow.toTheEnd()).toBe(expected);
    await api.stop();
  });

  it('is not produced further than it is read, for four at once, and stops when the clients disconnect', async () => {
    const EXPORTS = 4;
    const [{ rows_table }] = await service.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [upload.id]);
    /** Megabytes of the file that PostgreSQL has read from the table. The statistics are up to a second late. */
    const made = async (): Promise<number> => {
      await sleep(1_500);
      const [{ rows }] = await service.sql.query(
        `SELECT idx_tup_fetch + seq_tup_read AS rows FROM pg_stat_user_tables WHERE schemaname || '.' || relname = $1`,
        [rows_table],
      );
      return (Number(rows) / ROWS) * (fileBytes / 1e6);
    };
    const madeBefore = await made();
    const downloads = await Promise.all(
      Array.from({ length: EXPORTS }, () => Download.begin(exportUrl(upload, 'format=csv'), person.token!)),
    );
    await Promise.all(downloads.map((download) => download.slowly(SLOW_MS)));
    const read = downloads.reduce((sum, { bytes }) => sum + bytes / 1e6, 0);
    const madeMeanwhile = (await made()) - madeBefore;
    console.log(`${Math.round(read)} MB were read, ${Math.round(madeMeanwhile)} MB made`);
    expect(madeMeanwhile).toBeGreaterThan(read);
    expect(madeMeanwhile - read).toBeLessThan(EXPORTS * MADE_AHEAD_MB);

    for (const download of downloads) download.abandon();
    // The pages that were being read are finished first; on a busy machine PostgreSQL counts them some seconds later.
    const madeMeanwhileIdle = async () => {
      const earlier = await made();
      return (await made()) - earlier;
    };
    await expect.poll(madeMeanwhileIdle, { timeout: 30_000, interval: 0 }).toBe(0);
    const madeInAll = await made();
    expect(madeInAll - madeBefore - madeMeanwhile).toBeLessThan(EXPORTS * MADE_AHEAD_MB);
    expect(service.api.ending).toBeNull();
  });
});

describe('an export without filters', () => {
  let person: Client & { email: string };
  let upload: UploadView;
  let expected: RowsHash;
  beforeAll(async () => {
    person = await service.client.withAccount();
    const { path } = await writeDataSet('tricky', join(inject('runFolder'), 'awkward.csv'), { rows: 100_000 });
    expected = await hashCsv(path);
    upload = await person.ingest({ path }, 'awkward.csv');
  });

  const exportTo = async (from: UploadView, name: string, query: string) => {
    const path = join(inject('runFolder'), name);
    const file = createWriteStream(path);
    const download = await Download.begin(exportUrl(from, query), person.token!);
    const sha256 = await download.toTheEnd((chunk) => file.write(chunk));
    file.end();
    await finished(file);
    return { path, sha256 };
  };

  it('can be uploaded again: it has the same rows and columns, and its export has the same bytes', async () => {
    const first = await exportTo(upload, 'once.csv', 'format=csv');
    expect(await hashCsv(first.path)).toEqual(expected);
    const again = await person.ingest({ path: first.path }, 'once.csv');
    await expectExactRows(service, again, expected);
    const columnsOf = ({ columns }: UploadView) => columns.map(({ key, type, position }) => ({ key, type, position }));
    expect(columnsOf(again)).toEqual(columnsOf(upload));
    const second = await exportTo(again, 'twice.csv', 'format=csv');
    expect(second.sha256).toBe(first.sha256);
  });

  it('has the same rows as NDJSON, one per line', async () => {
    const { path } = await exportTo(upload, 'once.ndjson', 'format=ndjson&values=text');
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.pop()).toBe('');
    const keys = upload.columns.map(({ key }) => key);
    const rows = lines.map((line) => {
      const row: Record<string, string | null> = JSON.parse(line);
      expect(Object.keys(row)).toEqual(keys);
      return Object.values(row);
    });
    expect(await hashRows(rows)).toEqual(expected);
  });
});
