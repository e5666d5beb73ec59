import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import type { UploadView } from './client.js';
import { hashTable, type RowsHash } from './csv/oracle.js';
import type { Service } from './service.js';

/** The uploads of a service in PostgreSQL and on disk, read directly. */

/** Number of committed batches of an upload; the plan is batch 0. */
export async function committedBatches(service: Service, uploadId: string): Promise<number> {
  const [row] = await service.sql.query('SELECT count(*)::int FROM csv_batches WHERE upload_id = $1', [uploadId]);
  return row.count;
}

export async function untilBatches(service: Service, uploadId: string, count: number, timeoutMs = 60_000) {
  await waitUntil(async () => ((await committedBatches(service, uploadId)) >= count ? true : undefined), {
    timeoutMs,
    everyMs: 2,
    onTimeout: () => new Error(`${count} batches did not come.\n${service.workers.at(-1)?.logText()}`),
  });
}

/** Checks that the completed upload has exactly these rows, numbered 1 to n in order, and the matching counts. */
export async function expectExactRows(service: Service, upload: UploadView, expected: RowsHash, rejects = 0) {
  expect(upload).toMatchObject({
    status: 'completed',
    stage: 'done',
    progress: 100,
    total_rows: expected.rows + rejects,
    processed_rows: expected.rows,
    rejected_rows: rejects,
  });
  const [{ rows_table }] = await service.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [upload.id]);
  const runner = service.sql.createQueryRunner();
  try {
    const keys = upload.columns.map(({ key }) => key);
    expect(await hashTable(await runner.connect(), rows_table, upload.id, keys)).toEqual(expected);
  } finally {
    await runner.release();
  }
}

/** Exactly one mail names the file to this person. Killed between the server's yes and our note of it, a mail may come twice, but with one Message-ID. */
export async function expectOneMail(service: Service, email: string, filename: string): Promise<void> {
  const isIts = ({ to, text }: { to: string[]; text: string }) => to.includes(email) && text.includes(filename);
  await service.inbox.waitFor(isIts, 30_000);
  await service.idle(60_000);
  const ids = service.inbox.messages.filter(isIts).map(({ messageId }) => messageId);
  expect(new Set(ids).size, `Message-IDs: ${ids.join(', ')}`).toBe(1);
  expect(ids.length).toBeLessThanOrEqual(2);
}

export interface Remains {
  rows: number;
  batches: number;
  rejects: number;
  jobs: string[];
  /** Tables of uploads that no upload refers to. */
  orphanedTables: string[];
  /** Files that no upload refers to, unfinished ones included. */
  orphanedFiles: string[];
  /** Advisory locks that sessions of api and worker hold though they execute nothing. */
  locks: string[];
}

const NOTHING: Remains = {
  rows: 0,
  batches: 0,
  rejects: 0,
  jobs: [],
  orphanedTables: [],
  orphanedFiles: [],
  locks: [],
};

/** Between two statements of a transaction a worker computes for less than this. */
const IDLE_FOR = '5 s';

/** Everything of one upload in the shared tables, and orphaned tables, files and locks of any upload. */
export async function remainsOf(service: Pick<Service, 'sql' | 'env'>, uploadId: string): Promise<Remains> {
  const [counts] = await service.sql.query(
    `SELECT (SELECT count(*)::int FROM csv_rows WHERE upload_id = $1) AS rows,
            (SELECT count(*)::int FROM csv_batches WHERE upload_id = $1) AS batches,
            (SELECT count(*)::int FROM csv_rejects WHERE upload_id = $1) AS rejects,
            ARRAY(SELECT job FROM outbox WHERE payload ->> 'upload_id' = $1::text) AS jobs`,
    [uploadId],
  );
  const tables = await service.sql.query(
    `SELECT 'csv_parts.' || relname AS name FROM pg_class
      WHERE relnamespace = 'csv_parts'::regnamespace AND relkind = 'r'
        AND 'csv_parts.' || relname NOT IN (SELECT rows_table FROM csv_uploads)`,
  );
  return {
    ...counts,
    orphanedTables: tables.map(({ name }: { name: string }) => name),
    orphanedFiles: await orphanedFiles(service),
    locks: await idleLocks(service),
  };
}

async function idleLocks({ sql }: Pick<Service, 'sql'>): Promise<string[]> {
  const held: { lock: string }[] = await sql.query(
    `SELECT application_name || ' ' || classid || '/' || objid AS lock
       FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND datname = current_database() AND application_name IN ('api', 'worker')
        AND (state = 'idle' OR (state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - $1::interval))`,
    [IDLE_FOR],
  );
  return held.map(({ lock }) => lock);
}

export async function orphanedFiles(service: Pick<Service, 'sql' | 'env'>): Promise<string[]> {
  const uploads = await service.sql.query('SELECT storage_key FROM csv_uploads');
  const known = new Set(uploads.map(({ storage_key }: { storage_key: string }) => storage_key));
  const folder = join(service.env.DATA_DIR!, 'uploads');
  const drafts = (await readdir(join(folder, '.drafts'))).filter((name) => !name.startsWith('probe.'));
  return [...(await readdir(folder)).filter((name) => name !== '.drafts' && !known.has(name)), ...drafts];
}

/** Waits until nothing is left of a deleted upload. */
export async function expectNothingLeft(service: Service, uploadId: string, timeoutMs = 30_000): Promise<void> {
  await expect.poll(() => remainsOf(service, uploadId), { timeout: timeoutMs, interval: 100 }).toEqual(NOTHING);
}
