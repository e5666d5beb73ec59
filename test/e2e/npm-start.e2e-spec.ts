import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/processes/ports.js';
import { commandOf, startTimeOf } from '../../scripts/processes/process-facts.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { runningServers } from '../../scripts/start/running-servers.js';
import { sharedDataDir } from '../support/processes.js';
import { startScript, stopScripts, untilPrinted } from '../support/scripts.js';

// Real: the whole of `npm start` with its PostgreSQL and Redis, and a shell that runs the printed lines. This needs curl, and /proc to
// find processes that still run. Only npm itself is not run.
const canBeWatched = process.platform === 'linux' && spawnSync('curl', ['--version']).status === 0;

afterEach(stopScripts);

const start = (env: Record<string, string>) => startScript(['start'], env);

/** The printed lines from API=… to the next blank one. */
const printedLines = (output: string) => /^API=[\s\S]*?(?=\n\n)/m.exec(output)![0];

async function paste(lines: string): Promise<string> {
  const shell = spawn('sh', ['-c', lines], { stdio: ['ignore', 'pipe', 'inherit'] });
  return Buffer.concat(await shell.stdout.toArray()).toString();
}

/** Processes with the folder in their command line: its PostgreSQL, its Redis. */
const usersOf = (folder: string) =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && commandOf(pid).includes(folder) && startTimeOf(pid) !== undefined);

/** All processes that this one started, and theirs. */
function childrenOf(parent: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .map((pid) => [pid, parentOf(pid)]),
  );
  const below = (pid: number): number[] =>
    [...parents].filter(([, of]) => of === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(parent);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

describe.runIf(canBeWatched)('npm start', () => {
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { DATA_DIR: sharedDataDir(), PORT: `${await freePort()}`, HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
  });

  it('prints lines that register, log in, upload a CSV and show its rows', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    const answers = await paste(printedLines(started.output()));
    expect(answers).toContain('"email":"ada@example.com"');
    const { data } = JSON.parse(answers.trim().split('\n').at(-1)!);
    expect(data).toEqual([
      { row_id: 2, data: { city: 'Rome', price: 7, note: 'two\nlines' } },
      { row_id: 1, data: { city: 'Paris', price: 12.5, note: 'says "bonjour"' } },
      { row_id: 3, data: { city: 'Reykjavík', price: 21, note: null } },
    ]);
  });

  it('stops cleanly, and keeps its data for the next start', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    started.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(usersOf(env.DATA_DIR!)).toEqual([]);

    const again = start(env);
    await untilPrinted(again, 'Ctrl-C stops everything');
    const login = printedLines(again.output())
      .split('\n')
      .filter((line) => /^(API|TOKEN)=/.test(line));
    const list = 'curl -sS "$API/csv-data/uploads/" -H "Authorization: Bearer $TOKEN"';
    expect(JSON.parse(await paste([...login, list].join('\n')))).toMatchObject({
      count: 1,
      results: [{ status: 'completed', total_rows: 3, processed_rows: 3 }],
    });
  });

  it('refuses a second start with the same data folder or port, with a sentence that says why', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    const second = start(env);
    expect(await second.ended).toBe(1);
    expect(second.output().trim()).toMatch(/^Another "npm start" \(process \d+\) already uses .*\.$/);
    const elsewhere = start({ ...env, DATA_DIR: sharedDataDir() });
    expect(await elsewhere.ended).toBe(1);
    expect(elsewhere.output().trim()).toBe(
      `Port ${env.PORT} is taken by another program: choose another with PORT, as in "PORT=${Number(env.PORT) + 1} npm start".`,
    );
  });

  it('stops everything, with a message, when one process ends unexpectedly', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    const [redis] = usersOf(env.DATA_DIR!).filter((pid) => commandOf(pid).includes('redis'));
    process.kill(redis!, 'SIGKILL');
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('redis ended unexpectedly');
    expect(usersOf(env.DATA_DIR!)).toEqual([]);
  });

  it('starts the worker and the api again when they end unexpectedly, and says so', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    const entry = (app: string) => join('apps', app, 'src', 'main.js');
    const pidOf = (app: string) => childrenOf(started.pid).find((pid) => commandOf(pid).includes(entry(app)));
    for (const app of ['worker', 'api']) {
      const killed = await waitUntil(() => pidOf(app), { timeoutMs: 5_000, onTimeout: () => new Error(`No ${app}.`) });
      process.kill(killed, 'SIGKILL');
      await untilPrinted(started, `The ${app} ended unexpectedly (SIGKILL)`);
      await untilPrinted(started, `The ${app} is started again in 1 s.`);
      await waitUntil(() => (pidOf(app) ?? killed) !== killed, {
        timeoutMs: 30_000,
        onTimeout: () => new Error(`The ${app} was not started again.`),
      });
    }
    await waitUntil(
      () =>
        fetch(`http://127.0.0.1:${env.PORT}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      {
        timeoutMs: 60_000,
        onTimeout: () => new Error('The api did not become ready again.'),
      },
    );
    started.kill('SIGTERM');
    expect(await started.ended).toBe(0);
    expect(usersOf(env.DATA_DIR!)).toEqual([]);
  });

  it('renames the logs of its four processes when they are big, and loses no line', async () => {
    const limits = { LOG_LEVEL: 'info', LOG_ROTATE_BYTES: '10000', LOG_ROTATE_KEEP: '100' };
    const dataDir = sharedDataDir();
    const started = start({ ...env, ...limits, DATA_DIR: dataDir });
    await untilPrinted(started, 'Ctrl-C stops everything');
    const { DATABASE_URL, REDIS_URL } = runningServers(dataDir);
    const postgres = await new DataSource({ type: 'postgres', url: DATABASE_URL }).initialize();
    const redis = new Redis(REDIS_URL!.slice('unix://'.length));
    const numbers = Array.from({ length: 400 }, (_, n) => `number-${1_000 + n}-`);
    for (const [n, number] of numbers.entries()) {
      await fetch(`http://127.0.0.1:${env.PORT}/livez?${number}`);
      await postgres.query(`DO $$ BEGIN RAISE WARNING '${number}'; END $$`);
      await redis.eval(`redis.log(redis.LOG_WARNING, '${number}')`, 0);
      // So that there are several looks at the size of the files.
      if (n % 100 === 99) await sleep(1_500);
    }
    await postgres.destroy();
    await redis.quit();
    started.kill('SIGTERM');
    expect(await started.ended).toBe(0);

    const logs = join(dataDir, 'logs');
    for (const name of ['api', 'postgres', 'redis']) {
      const files = readdirSync(logs).filter((file) => file.startsWith(`${name}.log`));
      const lines = files
        .sort((a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0))
        .flatMap((file) => readFileSync(join(logs, file), 'utf8').split('\n'));
      const found = lines.flatMap((line) => /number-\d+-/.exec(line) ?? []);
      expect([name, found]).toEqual([name, numbers]);
      expect([name, files.length]).toEqual([name, expect.toSatisfy((count: number) => count >= 2)]);
    }
  });

  it('refuses a data folder that cannot be created, in one sentence', async () => {
    const started = start({ ...env, DATA_DIR: '/proc/x' });
    expect(await started.ended).toBe(1);
    expect(started.output().trim()).toMatch(/^DATA_DIR \/proc\/x cannot be written to .*\.$/);
  });

  it('leaves no process running when it is killed, and can start again', async () => {
    const started = start(env);
    await untilPrinted(started, 'Ctrl-C stops everything');
    started.kill('SIGKILL');
    await started.ended;
    await waitUntil(() => usersOf(env.DATA_DIR!).length === 0 && !existsSync(join(env.DATA_DIR!, 'start.lock')), {
      timeoutMs: 20_000,
      onTimeout: () => new Error(`still there: ${usersOf(env.DATA_DIR!).map(commandOf).join('\n')}`),
    });
    await untilPrinted(start(env), 'Ctrl-C stops everything');
  });
});
