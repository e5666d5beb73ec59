import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type UploadView } from '../support/client.js';
import { hashCsv } from '../support/csv/oracle.js';
import { type StoppablePostgres, startStoppablePostgres } from '../support/own-postgres.js';
import { execute } from '../support/postgres-admin.js';
import type { ApiProcess } from '../support/processes.js';
import { Service } from '../support/service.js';
import { startStandby } from '../support/standby.js';

// Real: a primary and its streaming standby, two apis that read from the standby, and one that does not know it. The three must say the
// same of every upload at any time, whatever the standby does.

const SMALL_ROWS = 1_000;
const BIG_ROWS = 60_000;

let primary: StoppablePostgres;
let standby: StoppablePostgres;
let service: Service;
/** Reads from the primary alone. */
let reference: ApiProcess;
let apis: ApiProcess[];
let person: Client;
const files = new Map<string, string>();
const uploads: UploadView[] = [];

beforeAll(async () => {
  primary = await startStoppablePostgres();
  standby = await startStandby(primary);
  service = await Service.start({
    database: primary,
    apis: 0,
    // The count of a filter is exact also on a busy machine.
    env: { OWN_TABLE_BYTES: '300000', COUNT_TIMEOUT_MS: '20000' },
  });
  reference = await service.addApi();
  apis = await Promise.all([1, 2].map(() => service.addApi({ DATABASE_READ_URL: standby.url })));
  person = await service.client.withAccount();
  for (const [rows, seed] of [
    [SMALL_ROWS, 1],
    [BIG_ROWS, 2],
  ] as const)
    uploads.push(await newUpload(rows, seed));
  // The questions have the indexes of the big one built.
  await expectTruth();
  await service.idle(60_000);
}, 300_000);
afterAll(async () => {
  await service?.stop();
  await standby?.drop();
});
afterEach(() => standby.thaw());

const fileOf = (rows: number, seed: number) => {
  const line = (i: number) => `${i + 1},City ${(i * seed) % 10},${i % 1000}.5,note ${seed} of ${i}\n`;
  return `n,city,price,note\n${Array.from({ length: rows }, (_, i) => line(i)).join('')}`;
};

async function newUpload(rows: number, seed: number): Promise<UploadView> {
  const text = fileOf(rows, seed);
  const upload = await person.ingest(text, `rows-${seed}.csv`);
  files.set(upload.id, text);
  return upload;
}

const QUESTIONS = [
  'page=1&page_size=50',
  'page=20&page_size=50&values=text',
  `page_size=20&filters=${encodeURIComponent('{"city":"City 4"}')}`,
  `page_size=20&filters=${encodeURIComponent('{"price":{"gte":990}}')}&sort_by=-price`,
  'page_size=30&sort_by=-price,city&page=3',
  'page_size=20&search=of 199',
];

const at = (api: ApiProcess): Client => new Client(api.url, person.token);

/** What an answer says, without what differs from request to request. */
async function answerOf(api: ApiProcess, uploadId: string, question: string): Promise<string> {
  const { status, body } = await at(api).get(`/csv-data/uploads/${uploadId}/data/?${question}&nocache=true`);
  const { next_cursor: _, ...pagination } = body.pagination ?? {};
  return JSON.stringify([status, body.code, body.data, pagination]);
}

/** What the api that does not know the replica says. An upload says the same for ever, unless it is changed. */
const expectedAnswers = new Map<string, string>();
async function expectedAnswer(uploadId: string, question: string): Promise<string> {
  const key = `${uploadId} ${question}`;
  const answer = expectedAnswers.get(key) ?? (await answerOf(reference, uploadId, question));
  expectedAnswers.set(key, answer);
  return answer;
}

/** All questions to one upload; what is wrong with the answers. */
async function faultsOf(api: ApiProcess, uploadId: string): Promise<string[]> {
  const faults: string[] = [];
  for (const question of QUESTIONS) {
    const [said, expected] = [await answerOf(api, uploadId, question), await expectedAnswer(uploadId, question)];
    if (said !== expected) faults.push(`${question}: ${said.slice(0, 300)} for ${expected.slice(0, 300)}`);
  }
  return faults;
}

/** The rows of an upload as an api exports them, compared by hash with those of its file. */
async function expectRows(api: ApiProcess, uploadId: string): Promise<void> {
  const { status, body } = await at(api).get(`/csv-data/uploads/${uploadId}/export/?format=csv`);
  expect(status).toBe(200);
  expect(await hashCsv(Buffer.from(body))).toEqual(await hashCsv(Buffer.from(files.get(uploadId)!)));
}

/** Everything about the uploads is right at both apis. */
async function expectTruth(of: readonly UploadView[] = uploads): Promise<void> {
  for (const api of apis)
    for (const { id } of of) {
      expect(await faultsOf(api, id)).toEqual([]);
      await expectRows(api, id);
    }
}

/** How many reads of rows the two apis have sent to each server. */
async function reads(): Promise<{ primary: number; replica: number }> {
  const counts = { primary: 0, replica: 0 };
  for (const { url } of apis) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, server, value] of text.matchAll(/^csv_row_reads_total\{server="(\w+)"\} (\d+)$/gm))
      counts[server as 'primary'] += Number(value);
  }
  return counts;
}

async function readsOf(work: () => Promise<unknown>): Promise<{ primary: number; replica: number }> {
  const before = await reads();
  await work();
  const after = await reads();
  return { primary: after.primary - before.primary, replica: after.replica - before.replica };
}

/** Whether all reads of an upload go to the replica. */
const isServedByReplica = async ({ id }: UploadView): Promise<boolean> => {
  const { primary: missed } = await readsOf(() => Promise.all(apis.map((api) => answerOf(api, id, QUESTIONS[0]!))));
  return missed === 0;
};
const untilReplicaServes = async (of: readonly UploadView[] = uploads): Promise<void> => {
  for (const upload of of)
    await expect.poll(() => isServedByReplica(upload), { timeout: 30_000, interval: 100 }).toBe(true);
};

const healthOf = async (api: ApiProcess) => (await at(api).get('/health-check')).body;

/** Asks without a pause from now on. */
class Readers {
  readonly faults: string[] = [];
  rounds = 0;
  private ended = false;
  private readonly loops: Promise<void>[];

  constructor(of: readonly UploadView[]) {
    this.loops = apis.flatMap((api) => of.map(({ id }) => this.read(api, id)));
  }

  /** Waits until every reader has begun and ended a round more. */
  async more(): Promise<void> {
    const target = this.rounds + 2 * this.loops.length;
    while (this.rounds < target && this.faults.length === 0) await sleep(20);
  }

  async end(): Promise<void> {
    this.ended = true;
    await Promise.all(this.loops);
    expect(this.faults).toEqual([]);
  }

  private async read(api: ApiProcess, id: string): Promise<void> {
    while (!this.ended && this.faults.length < 5) {
      try {
        this.faults.push(...(await faultsOf(api, id)));
        await expectRows(api, id);
      } catch (error) {
        this.faults.push(String(error));
      }
      this.rounds += 1;
    }
  }
}

/** The first value of a statement on the standby, which may cancel it because of the log, as any other there. */
async function onStandby(statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: standby.superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query(statement);
    return Object.values(rows[0])[0];
  } catch (error) {
    if ((error as { code?: string }).code !== '40001') throw error;
    return onStandby(statement);
  } finally {
    await client.end().catch(() => {});
  }
}
/** Rows that the database of the standby has returned; sessions report them with a delay. */
const rowsOfStandby = async () =>
  Number(await onStandby('SELECT tup_returned FROM pg_stat_database WHERE datname = current_database()'));
/** Statements that were cancelled because of the log. */
const conflicts = async () =>
  Number(
    await onStandby(
      'SELECT confl_lock + confl_snapshot FROM pg_stat_database_conflicts WHERE datname = current_database()',
    ),
  );

describe('a replica', { timeout: 300_000 }, () => {
  it('answers reads of completed uploads', async () => {
    await untilReplicaServes();
    const returned = await rowsOfStandby();
    const { primary: missed, replica } = await readsOf(() => expectTruth());
    expect(missed).toBe(0);
    expect(replica).toBeGreaterThan(0);
    // Each of the two apis has exported the big upload from there.
    await expect
      .poll(async () => (await rowsOfStandby()) - returned, { timeout: 20_000 })
      .toBeGreaterThan(2 * BIG_ROWS);
    for (const api of apis)
      await expect
        .poll(async () => (await healthOf(api)).checks.replica, { timeout: 20_000 })
        .toMatchObject({ status: 'up', details: { lag_bytes: expect.any(Number) } });
    expect((await healthOf(reference)).checks).not.toHaveProperty('replica');
  });

  it('that lags answers for what it has, and for nothing else', async () => {
    await untilReplicaServes();
    await onStandby('SELECT pg_wal_replay_pause()');
    const [small, big] = uploads as [UploadView, UploadView];

    // A file that it does not know yet.
    const fresh = await newUpload(1_000, 3);
    expect(await readsOf(() => expectTruth([fresh]))).toMatchObject({ replica: 0 });

    // What it knows is read there, and is not the less true.
    expect((await readsOf(() => expectTruth([big]))).primary).toBe(0);

    // A changed column: the old values would be numbers.
    const changed = await person.send('PATCH', `/csv-data/uploads/${small.id}/columns/price/`, {
      json: { type: 'text' },
    });
    expect(changed.status).toBe(200);
    expectedAnswers.clear();
    for (const api of apis) {
      const { body } = await at(api).get(`/csv-data/uploads/${small.id}/data/?page_size=1&nocache=true`);
      expect(body.data[0].data.price).toBe('0.5');
    }
    expect(await readsOf(() => expectTruth([small]))).toMatchObject({ replica: 0 });

    // A deleted one is gone at once, though its rows are there still.
    const doomed = await newUpload(1_000, 4);
    await onStandby('SELECT pg_wal_replay_resume()');
    await untilReplicaServes([doomed, fresh, small]);
    await onStandby('SELECT pg_wal_replay_pause()');
    expect((await person.send('DELETE', `/csv-data/uploads/${doomed.id}/`)).status).toBe(204);
    for (const api of apis) {
      for (const question of QUESTIONS) expect(await answerOf(api, doomed.id, question)).toContain('[404,"not_found"');
      expect((await at(api).get(`/csv-data/uploads/${doomed.id}/export/`)).status).toBe(404);
    }

    await onStandby('SELECT pg_wal_replay_resume()');
    uploads.push(fresh);
    await untilReplicaServes();
    await expectTruth();
  });

  it.each([
    ['is killed and started again', () => standby.crash(), () => standby.start()],
    ['freezes', async () => standby.freeze(), async () => standby.thaw()],
  ])('that %s: the primary answers meanwhile, and nobody notices', async (_, away, back) => {
    await untilReplicaServes();
    const readers = new Readers(uploads);
    await readers.more();
    await away();
    await expect.poll(async () => (await healthOf(apis[0]!)).checks.replica.status, { timeout: 20_000 }).toBe('down');
    await readers.more();
    expect(await readsOf(() => readers.more())).toMatchObject({ replica: 0 });
    for (const api of apis) {
      expect(await healthOf(api)).toMatchObject({ status: 'degraded' });
      expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
    }
    // What is stored meanwhile is not missing when it is back.
    uploads.push(await newUpload(1_000, 10 + uploads.length));
    await back();
    await readers.more();
    await untilReplicaServes();
    await readers.end();
    expect((await readsOf(() => expectTruth())).primary).toBe(0);
  });

  it('whose reads are cancelled because they conflict with the log: the primary answers', async () => {
    await untilReplicaServes();
    const [, big] = uploads as [UploadView, UploadView];
    const [{ rows_table: table }] = await service.sql.query('SELECT rows_table FROM csv_uploads WHERE id = $1', [
      big.id,
    ]);
    const readers = new Readers([big]);
    // The standby replays the lock, and cancels whoever reads the table.
    const end = Date.now() + 60_000;
    while ((await conflicts()) < 5 && Date.now() < end && readers.faults.length === 0) {
      await execute(primary.superuserUrl, `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; COMMIT`);
      await sleep(50);
    }
    await readers.end();
    expect(await conflicts()).toBeGreaterThanOrEqual(5);
  });

  it('that is none, or is not there: the primary answers', async () => {
    const nowhere = primary.url.replace(primary.socketFolder, `${primary.socketFolder}/none`);
    for (const [url, reason] of [
      [primary.url, 'is no standby of the database'],
      [nowhere, 'does not answer'],
    ] as const) {
      const api = await service.addApi({ DATABASE_READ_URL: url });
      await expect
        .poll(async () => (await healthOf(api)).checks.replica, { timeout: 20_000 })
        .toMatchObject({ status: 'down', details: { reason } });
      expect(await faultsOf(api, uploads[0]!.id)).toEqual([]);
      await expectRows(api, uploads[0]!.id);
      await api.stop();
    }
  });

  it('that becomes a primary itself is no replica any more', async () => {
    await untilReplicaServes();
    const readers = new Readers(uploads);
    await onStandby('SELECT pg_promote()');
    await expect
      .poll(async () => (await healthOf(apis[0]!)).checks.replica, { timeout: 20_000 })
      .toMatchObject({ status: 'down', details: { reason: 'is no standby of the database' } });
    await readers.more();
    await readers.end();
    expect(await readsOf(() => expectTruth())).toMatchObject({ replica: 0 });
  });

  it('of the server that was the primary before a failover has another history, and is no replica of the new one', async () => {
    // The last test has promoted the standby. The old primary writes on, and this standby follows it.
    const left = await startStandby(primary);
    try {
      const api = await service.addApi({ DATABASE_URL: standby.url, DATABASE_READ_URL: left.url });
      await expect
        .poll(async () => (await healthOf(api)).checks.replica, { timeout: 20_000 })
        .toMatchObject({ status: 'down', details: { reason: 'follows another timeline than the database' } });
      expect(await faultsOf(api, uploads[0]!.id)).toEqual([]);
      await expectRows(api, uploads[0]!.id);
      expect(await (await fetch(`${api.url}/metrics`)).text()).toContain('csv_row_reads_total{server="replica"} 0');
      await api.stop();
    } finally {
      await left.drop();
    }
  });
});
