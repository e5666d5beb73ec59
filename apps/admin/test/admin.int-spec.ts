import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@app/database';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { emptyRedis } from '../../../test/support/redis.js';
import { EXIT } from '../src/outcome.js';
import { runAdmin } from '../src/run-admin.js';

// Real: the command but for its process, PostgreSQL, Redis, files.

const EMAIL = 'ada@example.org';
let database: TestDatabase;
let sql: DataSource;
let folder: string;
let userId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await new DataSource({ type: 'postgres', url: database.url, poolSize: 2 }).initialize();
  folder = await mkdtemp(join(tmpdir(), 'admin-'));
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('REDIS_URL', await emptyRedis());
  vi.stubEnv('DATA_DIR', folder);
  vi.stubEnv('PASSWORD_HASH_MEMORY_KIB', '1024');
  userId = (await json('create-user', EMAIL, '--name', 'Ada')).id;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sql?.destroy();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function admin(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const code = await runAdmin(args, {
    out: (line) => (printed.out += `${line}\n`),
    err: (line) => (printed.err += `${line}\n`),
  });
  return { code, ...printed };
}

/** What a command that succeeds prints for scripts. */
// biome-ignore lint/suspicious/noExplicitAny: each command prints something else
async function json(...args: string[]): Promise<any> {
  const { code, out, err } = await admin(...args, '--json');
  expect({ code, err }).toEqual({ code: EXIT.done, err: '' });
  return JSON.parse(out);
}

async function newUpload(status: string, over: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  const row = {
    id,
    user_id: userId,
    original_filename: 'a.csv',
    size_bytes: 4,
    sha256: Buffer.alloc(32),
    storage_key: id,
    encoding: {},
    status,
    completed_at: ['completed', 'failed', 'cancelled'].includes(status) ? new Date() : null,
    ...over,
  };
  const names = Object.keys(row);
  await sql.query(
    `INSERT INTO csv_uploads (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  return id;
}

async function newDeadJob(job: string, payload: object): Promise<string> {
  const id = newId();
  await sql.query(
    `INSERT INTO outbox (id, job, payload, attempts, claims, dead_at, last_error) VALUES ($1, $2, $3, 10, 10, now(), 'It broke.')`,
    [id, job, payload],
  );
  return id;
}

const statusOf = async (id: string) =>
  (await sql.query('SELECT status FROM csv_uploads WHERE id = $1', [id]))[0]?.status;
const jobOf = async (id: string) => (await sql.query('SELECT attempts, dead_at FROM outbox WHERE id = $1', [id]))[0];

it('an account is created once, by the rules of a registration', async () => {
  expect(await admin('create-user', EMAIL.toUpperCase())).toMatchObject({
    code: EXIT.failed,
    out: '',
    err: expect.stringContaining('exists'),
  });
  expect((await admin('create-user', 'no-address')).err).toBe('email must be an e-mail address\n');
  expect(await sql.query('SELECT email, full_name FROM users')).toEqual([{ email: EMAIL, full_name: 'Ada' }]);
});

it('another password ends all sessions, as revoking them does', async () => {
  const sessions = async () => (await sql.query('SELECT count(*)::int FROM access_tokens'))[0].count;
  const newSession = () =>
    sql.query(
      `INSERT INTO access_tokens (id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '1 day')`,
      [newId(), userId, Buffer.from(newId())],
    );
  const hash = async () => (await sql.query('SELECT password_hash FROM users'))[0].password_hash;
  const before = await hash();
  await newSession();
  expect((await json('reset-password', EMAIL)).password).toMatch(/^[\w-]{20}$/);
  expect(await hash()).not.toBe(before);
  expect(await sessions()).toBe(0);
  await newSession();
  await json('revoke-sessions', EMAIL);
  expect(await sessions()).toBe(0);
  expect(await admin('revoke-sessions', 'nobody@example.org')).toEqual({
    code: EXIT.failed,
    out: '',
    err: 'There is no such account.\n',
  });
});

it('a quota of one user is set, changed and taken away', async () => {
  const quotas = () => sql.query('SELECT user_id, bytes FROM csv_quotas');
  await json('set-quota', EMAIL, '1000');
  await json('set-quota', EMAIL, '2000');
  expect(await quotas()).toEqual([{ user_id: userId, bytes: '2000' }]);
  await json('set-quota', EMAIL, 'default');
  expect(await quotas()).toEqual([]);
  expect((await admin('set-quota', EMAIL, 'much')).code).toBe(EXIT.usage);
});

it('a dead job is listed, and due again with all its attempts', async () => {
  const id = await newDeadJob('mail.send', { mail_id: newId() });
  expect(await json('dead-jobs')).toMatchObject([{ id, job: 'mail.send', attempts: 10, last_error: 'It broke.' }]);
  expect((await admin('retry-jobs')).code).toBe(EXIT.usage);
  expect((await admin('retry-jobs', newId())).err).toBe('There is no such dead job.\n');
  expect(await json('retry-jobs', id)).toEqual([{ id, job: 'mail.send', failure: null }]);
  expect(await jobOf(id)).toEqual({ attempts: 0, dead_at: null });
  expect((await admin('dead-jobs')).out).toBe('No job is dead.\n');
});

it('a dead ingest makes its upload wait for a new one; without the upload there is nothing to retry', async () => {
  const upload = await newUpload('failed');
  const id = await newDeadJob('csv.ingest-small', { upload_id: upload });
  const gone = await newDeadJob('csv.ingest-small', { upload_id: newId() });
  const { code, out } = await admin('retry-jobs', '--all');
  expect({ code, out }).toEqual({
    code: EXIT.failed,
    out: `1 of 2 jobs are due again.\n${gone} (csv.ingest-small): There is no such upload.\n`,
  });
  expect(await statusOf(upload)).toBe('pending');
  expect(await jobOf(id)).toBeUndefined();
  const [job] = await sql.query(`SELECT job, dead_at FROM outbox WHERE payload ->> 'upload_id' = $1`, [upload]);
  expect(job).toEqual({ job: 'csv.ingest-small', dead_at: null });
});

it('an upload of any user is cancelled unless it has ended', async () => {
  const pending = await newUpload('pending');
  expect(await json('cancel-upload', pending)).toEqual({ id: pending, status: 'cancelled' });
  expect(await statusOf(pending)).toBe('cancelled');
  expect(await admin('cancel-upload', pending)).toMatchObject({ code: EXIT.failed, out: '' });
  expect((await admin('cancel-upload', 'x')).err).toBe('There is no such upload.\n');
});

it('only uploads that ended longer ago than they are kept are deleted, and a dry run deletes none', async () => {
  const daysAgo = (days: number) => ({ completed_at: new Date(Date.now() - days * 86_400_000) });
  const old = await newUpload('completed', daysAgo(3));
  const young = await newUpload('completed', daysAgo(1));
  const twoDays = ['--older-than', '172800'];
  const { uploads } = await json('expire-uploads', ...twoDays, '--dry-run');
  expect(uploads.map(({ id }: { id: string }) => id)).toEqual([old]);
  expect(await json('expire-uploads', ...twoDays)).toEqual({ deleted: 1 });
  expect([await statusOf(old), await statusOf(young)]).toEqual([undefined, 'completed']);
  const purges = await sql.query(
    `SELECT payload ->> 'storage_key' AS key FROM outbox WHERE job = 'csv.purge' AND payload ->> 'upload_id' = $1`,
    [old],
  );
  expect(purges).toEqual([{ key: old }]);
  expect((await admin('expire-uploads')).code).toBe(EXIT.usage);
});

it('a dry run tells how many uploads would be deleted, also when it does not list all of them', async () => {
  const MOST = 1_003;
  await sql.query(
    `INSERT INTO csv_uploads (id, user_id, original_filename, size_bytes, sha256, storage_key, encoding, status, completed_at)
     SELECT gen_random_uuid(), $1, 'a.csv', 4, '\\x00', 'many', '{}', 'failed', now() - interval '9 days' FROM generate_series(1, $2)`,
    [userId, MOST],
  );
  const eightDays = ['--older-than', `${8 * 86_400}`, '--dry-run'];
  const { uploads, would_delete } = await json('expire-uploads', ...eightDays);
  expect([uploads.length, would_delete]).toEqual([1_000, MOST]);
  const { out } = await admin('expire-uploads', ...eightDays);
  expect(out.trimEnd().split('\n').slice(-2)).toEqual(['… and 3 more.', `${MOST} uploads would be deleted.`]);
  await sql.query(`DELETE FROM csv_uploads WHERE storage_key = 'many'`);
});

it('files and tables without an upload are removed; those of uploads, of jobs and of today stay', async () => {
  const files = join(folder, 'uploads');
  await mkdir(files, { recursive: true });
  const put = async (key: string, daysOld: number) => {
    const at = new Date(Date.now() - daysOld * 86_400_000);
    await writeFile(join(files, key), 'a\n1\n');
    await utimes(join(files, key), at, at);
  };
  const known = await newUpload('completed', { rows_table: 'csv_parts.rows_901' });
  for (const [key, days] of [
    [known, 2],
    ['orphan', 2],
    ['fresh', 0],
    ['of-a-job', 2],
  ] as const)
    await put(key, days);
  await sql.query(`INSERT INTO outbox (id, job, payload) VALUES ($1, 'csv.purge', $2)`, [
    newId(),
    { upload_id: newId(), rows_table: 'csv_parts.rows_903', storage_key: 'of-a-job' },
  ]);
  for (const number of [901, 902, 903]) {
    await sql.query(`CREATE TABLE csv_parts.rows_${number} (LIKE csv_own_rows INCLUDING ALL)`);
  }
  const orphans = {
    files: [{ key: 'orphan', bytes: 4 }],
    tables: [{ table: 'csv_parts.rows_902', bytes: expect.any(Number) }],
  };
  expect(await json('sweep-orphans', '--dry-run')).toEqual({ removed: false, ...orphans });
  expect(await json('sweep-orphans')).toEqual({ removed: true, ...orphans });
  expect((await admin('sweep-orphans')).out).toBe('There are no orphans.\n');
  expect((await readdir(files)).filter((name) => name !== '.drafts').sort()).toEqual(
    [known, 'fresh', 'of-a-job'].sort(),
  );
  const tables = await sql.query(`SELECT relname FROM pg_class WHERE relname ~ '^rows_\\d+$' ORDER BY relname`);
  expect(tables).toEqual([{ relname: 'rows_901' }, { relname: 'rows_903' }]);
});

it('the state names what is down, counts jobs and uploads, and exits with its own code', async () => {
  const { code, out } = await admin('status');
  expect(code).toBe(EXIT.unwell);
  expect(out).toMatch(/^degraded, version /);
  expect(out).toMatch(/^worker +down +reason=no worker has been seen$/m);
  expect(out).toMatch(/^csv\.ingest-small +1 +1 /m);
  const state = JSON.parse((await admin('status', '--json')).out);
  expect(state.checks).toMatchObject({
    database: { status: 'up' },
    redis: { status: 'up' },
    storage: { status: 'up' },
  });
});

it('wrong usage and a wrong environment are told in a sentence', async () => {
  expect(await admin('cancel-uplod', 'x')).toEqual({
    code: EXIT.usage,
    out: '',
    err: expect.stringMatching(/^Did you mean cancel-upload\?|Unknown/),
  });
  vi.stubEnv('PORT', 'x');
  expect(await admin('dead-jobs')).toMatchObject({ code: EXIT.failed, out: '', err: expect.stringContaining('PORT') });
});
