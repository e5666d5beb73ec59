import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeDataSet } from '../../bench/data-sets.js';
import type { Manifest } from '../../scripts/backup/manifest.js';
import { freePort } from '../../scripts/processes/ports.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { runningServers } from '../../scripts/start/running-servers.js';
import { BatchGate } from '../support/batch-gate.js';
import { Client, type UploadView } from '../support/client.js';
import { hashCsv, hashTable, type RowsHash } from '../support/csv/oracle.js';
import { sharedDataDir } from '../support/processes.js';
import { startScript, stopScripts, untilPrinted } from '../support/scripts.js';

// Real: `npm start`, `npm run backup` while an upload is ingested and requests write, `npm run restore`, and `npm start` on what it made.

const SETTINGS = {
  HOST: '127.0.0.1',
  LOG_LEVEL: 'warn',
  RATE_LIMIT: 'off',
  PASSWORD_HASH_MEMORY_KIB: '1024',
  JOBS_LEASE_MS: '1500',
  JOBS_SWEEP_MS: '200',
  WORKER_HEARTBEAT_MS: '300',
  INGEST_BATCH_ROWS: '5000',
  OWN_TABLE_BYTES: '1000000',
};
const PASSWORD = 'violet-harbour-29-lamps';
/** The file under way has 30 batches; the last ones are held back until the backup is made. */
const UNDER_WAY = { rows: 150_000, batches: 30, before: 5, during: 25 };

interface Running {
  dataDir: string;
  client: Client;
  sql: pg.Client;
}

async function start(dataDir: string): Promise<Running> {
  const port = await freePort();
  const started = startScript(['start'], { ...SETTINGS, DATA_DIR: dataDir, PORT: `${port}` });
  await untilPrinted(started, 'Ctrl-C stops everything');
  const sql = new pg.Client({ connectionString: runningServers(dataDir).DATABASE_URL });
  sql.on('error', () => {});
  await sql.connect();
  return { dataDir, client: new Client(`http://127.0.0.1:${port}`), sql };
}

const folder = (name: string) => join(inject('runFolder'), name);
const rowsOf = async ({ sql }: Running, statement: string) => (await sql.query(statement)).rows;
const columnOf = async (running: Running, statement: string): Promise<unknown[]> =>
  (await rowsOf(running, statement)).map((row) => Object.values(row)[0]);

async function hashOf({ sql }: Running, { id, columns }: UploadView): Promise<RowsHash> {
  const { rows } = await sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [id]);
  return hashTable(
    sql,
    rows[0].rows_table,
    id,
    columns.map(({ key }) => key),
  );
}

/** One after another: a task, the number of the last task in another one, an account, an upload. */
class Writer {
  written = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly person: Client,
    private readonly counter: string,
  ) {}

  start(): void {
    this.running = this.write();
    // `stop` throws the error.
    this.running.catch(() => {});
  }

  async untilWritten(count: number): Promise<void> {
    await waitUntil(() => this.written >= count, {
      timeoutMs: 60_000,
      onTimeout: () => new Error(`Only ${this.written} were written.`),
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async write(): Promise<void> {
    while (!this.stopped) {
      const number = this.written + 1;
      expect((await this.person.post('/tasks/', { title: `Task ${number}` })).status).toBe(201);
      const counted = await this.person.send('PATCH', `/tasks/${this.counter}/`, { json: { title: `${number}` } });
      expect(counted.status).toBe(200);
      const account = { email: `writer-${number}@example.org`, password: PASSWORD, full_name: `Writer ${number}` };
      expect((await this.person.post('/auth/user/register/', account)).status).toBe(201);
      expect((await this.person.upload(`a,b\n1,${number}\n`, `small-${number}.csv`)).status).toBe(201);
      this.written = number;
    }
  }
}

let original: Running;
let person: Client & { email: string };
let big: { upload: UploadView; hash: RowsHash };
let shared: { upload: UploadView; hash: RowsHash };
let underWay: { id: string; path: string };
let writer: Writer;
let writtenBefore: number;
const backup = () => folder('backup');

beforeAll(async () => {
  original = await start(sharedDataDir());
  person = await original.client.withAccount();
  const file = await writeDataSet('A', folder('big.csv'), { rows: 20_000 });
  big = { upload: await person.ingest({ path: file.path }, 'big.csv'), hash: await hashCsv(file.path) };
  const small = await writeDataSet('B', folder('shared.csv'), { rows: 5_000 });
  shared = { upload: await person.ingest({ path: small.path }, 'shared.csv'), hash: await hashCsv(small.path) };

  const { path } = await writeDataSet('B', folder('under-way.csv'), { rows: UNDER_WAY.rows });
  const gate = await BatchGate.closed(runningServers(original.dataDir).DATABASE_URL!);
  await gate.openUpTo(UNDER_WAY.before);
  underWay = { id: (await person.upload({ path }, 'under-way.csv')).body.id, path };
  await gate.untilWaiting(1);
  const { body: counter } = await person.post('/tasks/', { title: '0' });
  writer = new Writer(person, counter.id);
  writer.start();
  await writer.untilWritten(4);

  writtenBefore = writer.written;
  const script = startScript(['backup', '--to', backup()], { DATA_DIR: original.dataDir });
  let made = false;
  void script.ended.then(() => (made = true));
  for (let batch = UNDER_WAY.before + 1; !made; batch++) {
    if (batch <= UNDER_WAY.during) await gate.openUpTo(batch);
    await sleep(50);
  }
  expect(await script.ended, script.output()).toBe(0);
  await writer.stop();
  await gate.remove();
  expect(await person.untilFinal(underWay.id)).toMatchObject({ status: 'completed', processed_rows: UNDER_WAY.rows });
}, 300_000);
afterAll(async () => {
  await original?.sql.end();
  await stopScripts();
});

describe('a backup that was made while an upload was ingested and requests wrote', () => {
  let copy: Running;
  let restoring: string;
  beforeAll(async () => {
    const dataDir = folder('restored');
    const script = startScript(['restore', '--from', backup(), '--data-dir', dataDir]);
    expect(await script.ended, script.output()).toBe(0);
    restoring = script.output();
    copy = await start(dataDir);
  }, 300_000);
  afterAll(() => copy?.sql.end());

  it('has all rows of completed uploads', async () => {
    for (const { upload, hash } of [big, shared]) {
      expect(await hashOf(original, upload)).toEqual(hash);
      expect(await hashOf(copy, upload)).toEqual(hash);
    }
  });

  it('has every account and task up to one moment, unchanged, and none after it', async () => {
    const tasks = `SELECT title FROM tasks WHERE title LIKE 'Task %' ORDER BY id`;
    const titles = await columnOf(copy, tasks);
    expect(titles).toEqual(titles.map((_, index) => `Task ${index + 1}`));
    expect(titles.length).toBeGreaterThanOrEqual(writtenBefore);
    expect(titles.length).toBeLessThanOrEqual(writer.written);
    const [counter] = await columnOf(copy, `SELECT title FROM tasks WHERE title ~ '^[0-9]+$'`);
    expect([titles.length, titles.length - 1]).toContain(Number(counter));

    for (const [table, condition] of [
      ['users', 'true'],
      ['tasks', `title LIKE 'Task %'`],
    ]) {
      const statement = `SELECT to_jsonb(t) FROM ${table} AS t WHERE ${condition} ORDER BY id`;
      const restored = await columnOf(copy, statement);
      expect(restored.length).toBeGreaterThanOrEqual(writtenBefore);
      expect(restored).toEqual((await columnOf(original, statement)).slice(0, restored.length));
    }
  });

  it('goes on with the upload that was under way, to the same rows', async () => {
    // A small upload of the writer may be under way too.
    expect(restoring).toMatch(/ [1-9]\d* processing/);
    const again = await copy.client.post('/auth/user/login/', { email: person.email, password: PASSWORD });
    const upload = await copy.client.as(again.body.token).untilFinal(underWay.id);
    expect(upload).toMatchObject({ status: 'completed', processed_rows: UNDER_WAY.rows, rejected_rows: 0 });
    expect(await hashOf(copy, upload)).toEqual(await hashCsv(underWay.path));
  });

  it('has the file of every upload, and ingests those that had only arrived', async () => {
    const keys = await columnOf(copy, 'SELECT storage_key FROM csv_uploads');
    expect(keys.length).toBeGreaterThan(3);
    expect(readdirSync(join(copy.dataDir, 'uploads'))).toEqual(expect.arrayContaining(keys));
    const statuses = () => columnOf(copy, 'SELECT DISTINCT status::text FROM csv_uploads');
    await expect.poll(statuses, { timeout: 60_000 }).toEqual(['completed']);
  });

  it('has ended all sessions, so that nobody is logged in who has logged out since', async () => {
    expect((await person.get('/tasks/')).status).toBe(200);
    expect((await copy.client.as(person.token).get('/tasks/')).status).toBe(401);
  });
});

describe('a restore', () => {
  const restore = async (from: string, dataDir: string, ...more: string[]) => {
    const script = startScript(['restore', '--from', from, '--data-dir', dataDir, ...more]);
    return { code: await script.ended, output: script.output().trim() };
  };

  it('keeps the sessions when it is told to', async () => {
    const dataDir = folder('with-sessions');
    expect(await restore(backup(), dataDir, '--keep-sessions')).toMatchObject({ code: 0 });
    const copy = await start(dataDir);
    expect((await copy.client.as(person.token).get('/tasks/')).status).toBe(200);
    await copy.sql.end();
  });

  it('refuses a folder that has data', async () => {
    expect(await restore(backup(), original.dataDir)).toEqual({
      code: 1,
      output: `${original.dataDir} is not empty: a backup is restored into a new folder.`,
    });
  });

  it('refuses a backup with a file that was changed or is missing, and names it', async () => {
    const { parts } = JSON.parse(readFileSync(join(backup(), 'backup.json'), 'utf8')) as Manifest;
    const [key] = Object.keys(parts.uploads!.files);
    const path = join(backup(), 'uploads', key!);
    const content = readFileSync(path);
    const changed = Buffer.from(content);
    changed[0]! ^= 1;
    writeFileSync(path, changed);
    const dataDir = folder('damaged');
    expect(await restore(backup(), dataDir)).toEqual({
      code: 1,
      output: `The backup is damaged: ${path} is not as it was written. Use another backup; delete ${dataDir}.`,
    });
    rmSync(path);
    rmSync(dataDir, { recursive: true });
    expect((await restore(backup(), dataDir)).output).toContain(`${path} is missing`);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    writeFileSync(path, content);
  });

  it('refuses a backup that did not come to its end', async () => {
    renameSync(join(backup(), 'backup.json'), join(backup(), 'away.json'));
    expect(await restore(backup(), folder('unfinished'))).toEqual({
      code: 1,
      output: `${backup()} has no whole backup: its backup.json, which is written last, is missing.`,
    });
    renameSync(join(backup(), 'away.json'), join(backup(), 'backup.json'));
  });
});

describe('a backup', () => {
  const take = async (to: string, env: Record<string, string>) => {
    const script = startScript(['backup', '--to', to], env);
    return { code: await script.ended, output: script.output().trim() };
  };

  it('is not made into a folder with something in it, nor into the data folder', async () => {
    const env = { DATA_DIR: original.dataDir };
    expect((await take(backup(), env)).output).toBe(`${backup()} is not empty: a backup needs a new folder.`);
    const inside = join(original.dataDir, 'backup');
    expect(await take(inside, env)).toMatchObject({
      code: 1,
      output: expect.stringContaining(`${inside} is in ${original.dataDir}, which a backup is to survive`),
    });
  });

  it('says what to do when nothing runs, and when PostgreSQL is another one', async () => {
    const dataDir = sharedDataDir();
    expect((await take(folder('none'), { DATA_DIR: dataDir })).output).toBe(
      `Nothing runs on DATA_DIR ${dataDir}: start the service, or copy the folder while it is stopped, which is a backup too.`,
    );
    const elsewhere = await take(folder('none'), { DATA_DIR: dataDir, DATABASE_URL: 'postgresql://db.example/x' });
    expect(elsewhere.output).toContain('back it up with pg_basebackup or pg_dump, see docs/operations.md');
  });
});
