import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@app/database';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { remainsOf } from './stored-uploads.js';

let database: TestDatabase;
let sql: DataSource;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  folder = await mkdtemp(join(tmpdir(), 'stored-uploads-'));
  await mkdir(join(folder, 'uploads', '.drafts'), { recursive: true });
});
afterAll(async () => {
  await sql?.destroy();
  await database?.drop();
  await rm(folder, { recursive: true });
});

it('an advisory lock that an idle worker holds is a remainder, and one that a statement needs is not', async () => {
  const worker = new pg.Client({ connectionString: database.url, application_name: 'worker' });
  await worker.connect();
  const locks = async () => (await remainsOf({ sql, env: { DATA_DIR: folder } }, newId())).locks;
  await worker.query('BEGIN');
  await worker.query('SELECT pg_advisory_xact_lock(4711)');
  expect(await locks()).toEqual([]);
  await worker.query('COMMIT');
  await worker.query('SELECT pg_advisory_lock(4711)');
  expect(await locks()).toEqual(['worker 0/4711']);
  await worker.query('SELECT pg_advisory_unlock(4711)');
  expect(await locks()).toEqual([]);
  await worker.end();
});
