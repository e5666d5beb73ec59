import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { root } from '../../scripts/root.js';
import type { Client } from '../support/client.js';
import type { AppProcess } from '../support/processes.js';
import { Service } from '../support/service.js';

let service: Service;
let person: Client;
beforeAll(async () => {
  service = await Service.start({
    env: { METRICS_TOKEN: 'a-secret', WORKER_METRICS_PORT: '0', OWN_TABLE_BYTES: '1000' },
  });
  person = await service.client.withAccount();
});
afterAll(() => service?.stop());

async function workerUrl(worker: AppProcess): Promise<string> {
  const { address } = await worker.logged('The metrics of this worker are served');
  return `http://127.0.0.1:${(address as { port: number }).port}`;
}

const textOf = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/metrics`, { headers });
  return { status: response.status, text: await response.text() };
};
const apiText = async () => (await textOf(service.api.url)).text;
const newestWorkerText = async () => (await textOf(await workerUrl(service.workers.at(-1)!))).text;

const CHUNK = Buffer.alloc(4 * 1024 * 1024, 'x');

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** The samples of a page in Prometheus' text format. */
const samplesOf = (text: string): Sample[] =>
  [...text.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name: name!,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, label]) => [key, label])),
    value: Number(value),
  }));

/** The sum of the samples of a name with these labels. */
const sum = (text: string, name: string, wanted: Record<string, string> = {}): number =>
  samplesOf(text)
    .filter((sample) => sample.name === name)
    .filter(({ labels }) => Object.entries(wanted).every(([key, label]) => labels[key] === label))
    .reduce((total, { value }) => total + value, 0);

const until = (holds: () => Promise<boolean>) =>
  waitUntil(holds, { timeoutMs: 30_000, onTimeout: () => new Error('The metric does not move.') });

describe('GET /metrics', () => {
  it('answers this machine and who has the token, but not who comes through a proxy without it', async () => {
    for (const url of [service.api.url, await workerUrl(service.worker)]) {
      const forwarded = { 'x-forwarded-for': '192.0.2.1' };
      expect((await textOf(url)).status).toBe(200);
      expect((await textOf(url, forwarded)).status).toBe(404);
      expect((await textOf(url, { ...forwarded, authorization: 'Bearer another' })).status).toBe(404);
      expect((await textOf(url, { ...forwarded, authorization: 'Bearer a-secret' })).status).toBe(200);
    }
    expect((await fetch(`${await workerUrl(service.worker)}/`)).status).toBe(404);
  });

  it('does not believe an address that a header claims, also where proxies are trusted', async () => {
    const { url } = await service.addApi({ TRUST_PROXY: 'loopback' });
    expect((await textOf(url)).status).toBe(200);
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded'])
      expect([name, (await textOf(url, { [name]: '127.0.0.1' })).status]).toEqual([name, 404]);
    const authorization = 'Bearer a-secret';
    expect((await textOf(url, { 'x-forwarded-for': '127.0.0.1', authorization })).status).toBe(200);
  });

  it('counts requests by route', async () => {
    const route = { method: 'GET', route: '/api/v1/auth/user/me', status: '200' };
    const before = sum(await apiText(), 'http_request_duration_seconds_count', route);
    await person.get('/auth/user/me');
    await person.get('/auth/user/me');
    expect(sum(await apiText(), 'http_request_duration_seconds_count', route)).toBe(before + 2);
  });

  it('counts uploads, rows, rejects, bytes, seconds and mails', async () => {
    const before = { api: await apiText(), worker: await newestWorkerText() };
    const moved = (page: 'api' | 'worker', text: string, name: string, labels = {}) =>
      sum(text, name, labels) - sum(before[page], name, labels);

    const content = 'a,b\n1,2\n3,4\n5,6,7\n';
    await person.ingest(content, 'a.csv', '?max_rejects=1');
    const { body } = await person.upload('a,b\n1,2\n1,2,3\n', 'a.csv', '?max_rejects=0');
    await person.untilFinal(body.id);
    await person.upload('{"a": 1}', 'a.csv');
    await until(async () => moved('worker', await newestWorkerText(), 'mails_total', { outcome: 'sent' }) === 2);

    const api = await apiText();
    expect(moved('api', api, 'csv_uploads_total', { outcome: 'received' })).toBe(2);
    expect(moved('api', api, 'csv_uploads_total', { outcome: 'refused' })).toBe(1);
    expect(moved('api', api, 'csv_received_bytes_total')).toBe(content.length + 'a,b\n1,2\n1,2,3\n'.length);
    const worker = await newestWorkerText();
    expect(moved('worker', worker, 'csv_uploads_total', { outcome: 'completed' })).toBe(1);
    expect(moved('worker', worker, 'csv_uploads_total', { outcome: 'failed' })).toBe(1);
    expect(moved('worker', worker, 'csv_ingested_rows_total')).toBe(2);
    expect(moved('worker', worker, 'csv_ingested_bytes_total')).toBe(content.length);
    expect(moved('worker', worker, 'csv_rejects_total')).toBe(2);
    expect(moved('worker', worker, 'csv_ingest_duration_seconds_count')).toBe(2);
    expect(moved('worker', worker, 'csv_ingest_duration_seconds_sum')).toBeGreaterThan(0);
  });

  it('counts mails that the mail server refuses, for now and for good', async () => {
    const refused = async (outcome: string) => sum(await newestWorkerText(), 'mails_total', { outcome });
    const before = { failed: await refused('failed'), refused: await refused('refused') };
    service.inbox.behave({ kind: 'refuse', stage: 'rcpt', code: 451 });
    const task = await person.post('/tasks/', { title: 'Write' });
    await person.post(`/tasks/${task.body.id}/complete/`);
    await until(async () => (await refused('failed')) > before.failed);
    service.inbox.behave({ kind: 'refuse', stage: 'rcpt', code: 550 });
    await until(async () => {
      await service.sql.query('UPDATE outbox SET run_at = now() WHERE run_at > now() AND dead_at IS NULL');
      return (await refused('refused')) === before.refused + 1;
    });
    service.inbox.behave({ kind: 'accept' });
    await service.sql.query('DELETE FROM outbox WHERE dead_at IS NOT NULL');
  });

  it('counts reads of cached answers by outcome', async () => {
    const before = await apiText();
    const task = await person.post('/tasks/', { title: 'Look' });
    for (const query of ['', '', '?nocache=true']) await person.get(`/tasks/${task.body.id}/${query}`);
    const after = await apiText();
    for (const outcome of ['HIT', 'MISS', 'BYPASS'])
      expect([
        outcome,
        sum(after, 'cache_reads_total', { outcome }) - sum(before, 'cache_reads_total', { outcome }),
      ]).toEqual([outcome, expect.toSatisfy((moved: number) => moved >= 1)]);
  });

  it('tells waiting and dead jobs, how long the oldest waits, event streams and cancelled uploads', async () => {
    await service.idle();
    const queue = 'ingest-small';
    const name = 'csv.ingest-small';
    expect(sum(await apiText(), 'jobs', { name, state: 'waiting' })).toBe(0);
    expect(sum(await apiText(), 'jobs_oldest_due_seconds', { queue })).toBe(0);
    await service.workers.at(-1)!.stop();
    const { body } = await person.upload('a,b\n1,2\n');
    await until(async () => sum(await apiText(), 'jobs', { queue, name, state: 'waiting' }) === 1);
    await until(async () => sum(await apiText(), 'jobs_oldest_due_seconds', { queue }) > 0);

    // A job that runs does not wait, however long it takes; one whose worker has died waits again.
    await service.sql.query(`UPDATE outbox SET lease_until = now() + interval '1 hour' WHERE job = $1`, [name]);
    expect(sum(await apiText(), 'jobs_oldest_due_seconds', { queue })).toBe(0);
    await service.sql.query(`UPDATE outbox SET lease_until = now() - interval '1 s' WHERE job = $1`, [name]);
    expect(sum(await apiText(), 'jobs_oldest_due_seconds', { queue })).toBeGreaterThan(0);
    await service.sql.query('UPDATE outbox SET lease_until = NULL WHERE job = $1', [name]);

    const closed = new AbortController();
    const headers = { authorization: `Bearer ${person.token}` };
    await fetch(`${service.api.url}/api/v1/csv-data/uploads/${body.id}/events/`, { headers, signal: closed.signal });
    expect(sum(await apiText(), 'csv_event_streams')).toBe(1);
    closed.abort();
    await until(async () => sum(await apiText(), 'csv_event_streams') === 0);

    await person.post(`/csv-data/uploads/${body.id}/cancel/`);
    expect(sum(await apiText(), 'csv_uploads_total', { outcome: 'cancelled' })).toBe(1);
    await service.sql.query('UPDATE outbox SET dead_at = now() WHERE job = $1', [name]);
    expect(sum(await apiText(), 'jobs', { name, state: 'dead' })).toBe(1);
    expect(sum(await apiText(), 'jobs', { name, state: 'waiting' })).toBe(0);
    await service.sql.query('DELETE FROM outbox WHERE job = $1', [name]);
    await service.addWorker();
  });

  it('tells scans that run and that wait', async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => `${n},name ${n % 977}`).join('\n');
    const upload = await person.ingest(`n,name\n${rows}\n`);
    const scans = async (state: string) => sum(await apiText(), 'csv_scans', { state });
    // One user scans one upload at a time.
    const answers = Array.from({ length: 60 }, (_, n) =>
      person.get(`/csv-data/uploads/${upload.id}/data/?search=word${n}&count=none`),
    );
    await until(async () => {
      const text = await apiText();
      return sum(text, 'csv_scans', { state: 'running' }) > 0 && sum(text, 'csv_scans', { state: 'waiting' }) > 0;
    });
    await Promise.all(answers);
    expect([await scans('running'), await scans('waiting')]).toEqual([0, 0]);
  });

  it('tells connections that are used and that are waited for', async () => {
    const pool = async (state: string) => sum(await apiText(), 'database_pool_connections', { state });
    const locker = service.sql.createQueryRunner();
    await locker.startTransaction();
    await locker.query('LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE');
    // More than DATABASE_POOL_SIZE. Lists of one user would wait for each other, not for a connection.
    const answers = Array.from({ length: 20 }, () => person.get(`/tasks/${randomUUID()}/`));
    await until(async () => (await pool('waiting')) > 0 && (await pool('used')) > 1);
    await locker.rollbackTransaction();
    await locker.release();
    await Promise.all(answers);
    expect(await pool('waiting')).toBe(0);
  });

  it('tells connections that are idle, once a crowd has gone', async () => {
    const idle = async () => sum(await apiText(), 'database_pool_connections', { state: 'idle' });
    const used = async () => sum(await apiText(), 'database_pool_connections', { state: 'used' });
    const locker = service.sql.createQueryRunner();
    await locker.startTransaction();
    await locker.query('LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE');
    const answers = Array.from({ length: 8 }, () => person.get(`/tasks/${randomUUID()}/`));
    await until(async () => (await used()) > 7);
    const before = await idle();
    await locker.rollbackTransaction();
    await locker.release();
    await Promise.all(answers);
    await until(async () => (await idle()) >= before + 7);
  });

  it('tells that the disk of the files has less room, when a file lies on it', async () => {
    const free = async () => sum(await apiText(), 'storage_free_bytes');
    const BYTES = 256 * 1024 * 1024;
    const path = join(service.env.DATA_DIR!, 'ballast');
    const before = await free();
    // Not sparse, and far more than others write to this disk meanwhile.
    const file = openSync(path, 'w');
    for (let written = 0; written < BYTES; written += CHUNK.length) writeSync(file, CHUNK);
    fsyncSync(file);
    closeSync(file);
    expect(before - (await free())).toBeGreaterThan(BYTES / 2);
    rmSync(path);
  });

  it('tells that the event loop is late, when the process stood still', async () => {
    const { url, pid } = await service.addApi();
    const late = async () => sum((await textOf(url)).text, 'nodejs_eventloop_lag_p99_seconds');
    // Each look begins anew, with the first of the process's own looks after it. Its start has blocked the loop, too.
    await until(async () => (await late()) < 0.5);
    await sleep(200);
    process.kill(pid, 'SIGSTOP');
    await sleep(2_000);
    process.kill(pid, 'SIGCONT');
    expect(await late()).toBeGreaterThan(1.5);
  });

  it('counts the builds of indexes, and tells the pool, the disk and the event loop', async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => `${n},name ${n % 977}`).join('\n');
    const upload = await person.ingest(`n,name\n${rows}\n`);
    await person.get(`/csv-data/uploads/${upload.id}/data/?sort_by=-n`);
    await until(async () => sum(await newestWorkerText(), 'csv_index_build_duration_seconds_count') > 0);
    for (const text of [await apiText(), await newestWorkerText()]) {
      expect(sum(text, 'database_pool_connections')).toBeGreaterThan(0);
      const { bavail, bsize } = statfsSync(service.env.DATA_DIR!);
      expect(sum(text, 'storage_free_bytes') / (bavail * bsize)).toBeCloseTo(1, 1);
      expect(samplesOf(text).some(({ name }) => name === 'nodejs_eventloop_lag_p99_seconds')).toBe(true);
    }
  });
});

describe('the dashboard and the alerts', () => {
  const read = (file: string) => readFileSync(join(root, 'docker', 'observability', file), 'utf8');
  // biome-ignore lint/suspicious/noExplicitAny: two foreign formats
  const panels = JSON.parse(read('grafana/dashboards/service.json')).panels.flatMap((panel: any) => panel.targets);
  // biome-ignore lint/suspicious/noExplicitAny: two foreign formats
  const rules = parse(read('alerts.yml')).groups.flatMap((group: any) => group.rules);
  const queries: string[] = [...panels, ...rules].map(({ expr }) => expr);

  /** Prometheus makes `up` itself, and gives each sample the labels of where it has read it. */
  const OWN_METRICS = new Set(['up']);
  const TARGET_LABELS = ['job', 'instance'];
  const OWN_LABELS = new Set([...TARGET_LABELS, 'le']);
  /** The metrics of a query, each with the labels that it is asked for. */
  const metricsIn = (query: string): { name: string; labels: string[]; matchers: [string, RegExp][] }[] => {
    const plain = query
      .replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
      .replaceAll(/\[[^\]]*\]/g, ' ')
      .replaceAll(/\b(?:group_left|or)\b/g, ' ');
    return [...plain.matchAll(/\b([a-z_]\w*)\b(?!\s*\()(?:\{([^}]*)\})?/gi)]
      .filter(({ index }) => !/["=~]$/.test(plain.slice(0, index)) && !/\{[^}]*$/.test(plain.slice(0, index)))
      .map(([, name, labels = '']) => ({
        name: name!,
        labels: [...labels.matchAll(/(\w+)\s*(?:=|!)/g)].map(([, label]) => label!),
        matchers: [...labels.matchAll(/(\w+)\s*=~?\s*"([^"]*)"/g)].map(([, label, value]) => [
          label!,
          new RegExp(`^(?:${value})$`),
        ]),
      }));
  };

  it('name only metrics and labels that the two processes have', async () => {
    const samples = samplesOf((await apiText()) + (await newestWorkerText()));
    const asked = queries.flatMap(metricsIn).filter(({ name }) => !OWN_METRICS.has(name));
    expect(asked.length).toBeGreaterThan(queries.length / 2);
    for (const { name, labels, matchers } of asked) {
      const found = samples.filter((sample) => sample.name === name);
      expect([name, found.length > 0]).toEqual([name, true]);
      for (const label of labels.filter((one) => !OWN_LABELS.has(one)))
        expect([name, label, found.some((sample) => label in sample.labels)]).toEqual([name, label, true]);
      // No request of this test was answered with 5xx.
      for (const [label, value] of matchers.filter(([one]) => !OWN_LABELS.has(one) && one !== 'status'))
        expect([name, value, found.some((sample) => value.test(sample.labels[label] ?? ''))]).toEqual([
          name,
          value,
          true,
        ]);
    }
  });

  it('have no metric with a label that Prometheus gives, since it would rename ours to exported_…', async () => {
    const samples = samplesOf((await apiText()) + (await newestWorkerText()));
    expect(samples.filter(({ labels }) => TARGET_LABELS.some((label) => label in labels))).toEqual([]);
  });

  it('group only by labels that a metric of the query has', async () => {
    const samples = samplesOf((await apiText()) + (await newestWorkerText()));
    const grouped = queries.flatMap((query) =>
      [...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, labels]) =>
        labels!.split(',').map((label) => ({ query, label: label.trim() })),
      ),
    );
    expect(grouped.length).toBeGreaterThan(10);
    for (const { query, label } of grouped.filter((one) => !OWN_LABELS.has(one.label))) {
      const names = metricsIn(query).map(({ name }) => name);
      expect([query, label, samples.some(({ name, labels }) => names.includes(name) && label in labels)]).toEqual([
        query,
        label,
        true,
      ]);
    }
  });

  it('show every metric of ours', async () => {
    const text = await apiText();
    const ours = [...text.matchAll(/^# TYPE ((?:csv|http|jobs|mails|cache|database|storage|log)\w*) /gm)].map(
      ([, name]) => name!,
    );
    expect(ours.length).toBeGreaterThan(14);
    for (const name of ours) expect([name, queries.some((query) => query.includes(name))]).toEqual([name, true]);
  });
});
