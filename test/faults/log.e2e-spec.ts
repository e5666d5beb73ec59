import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOf } from '../../scripts/build/build.js';
import { appCommand } from '../../scripts/processes/app-process.js';
import { type OwnProcess, startProcess } from '../../scripts/processes/own-process.js';
import { freePort } from '../../scripts/processes/ports.js';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sharedDataDir } from '../support/processes.js';
import { emptyRedis } from '../support/redis.js';

let database: TestDatabase;
let api: OwnProcess;
afterAll(async () => {
  await api?.stop('SIGKILL');
  await database?.drop();
});
beforeAll(async () => {
  database = await createTestDatabase();
});

/** An api whose output goes to a file or a device. */
async function startApiLoggingTo(logFile: string | undefined, more: Record<string, string> = {}): Promise<string> {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH!,
    DATABASE_URL: database.url,
    REDIS_URL: await emptyRedis(),
    DATA_DIR: sharedDataDir(),
    HOST: '127.0.0.1',
    PORT: `${port}`,
    RATE_LIMIT: 'off',
    SHUTDOWN_TIMEOUT_MS: '2000',
    ...more,
  };
  api = await startProcess({ ...appCommand('api', env, entryOf('api')), cwd: env.DATA_DIR, logFile });
  const origin = `http://127.0.0.1:${port}`;
  await waitUntil(() => isAlive(origin), {
    timeoutMs: 90_000,
    onTimeout: () => new Error('The api does not answer.'),
  });
  return origin;
}

const isAlive = (origin: string): Promise<boolean> =>
  fetch(`${origin}/livez`, { signal: AbortSignal.timeout(10_000) }).then(
    async (answer) => (await answer.text()) !== '' && answer.ok,
    () => false,
  );

/** Enough for every buffer on the way: 2,000 lines are some 400 KB, and a pipe holds 64 KiB. */
async function answersOf(origin: string, count = 2_000): Promise<number> {
  let answered = 0;
  for (let sent = 0; sent < count; sent += 50) {
    const all = await Promise.all(Array.from({ length: 50 }, () => isAlive(origin)));
    answered += all.filter(Boolean).length;
  }
  return answered;
}

async function lostLines(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^log_lines_lost_total (\d+)$/m.exec(text)?.[1]);
}

describe.runIf(process.platform === 'linux')('an api whose log cannot be written', () => {
  it.each([
    ['stdout', '/dev/full', {}],
    ['LOG_FILE', undefined, { LOG_FILE: '/dev/full' }],
  ])('answers, counts the lines that are lost and stops in time, when %s is a full disk', async (_, stdout, more) => {
    const origin = await startApiLoggingTo(stdout, more as Record<string, string>);
    expect(await answersOf(origin)).toBe(2_000);
    await waitUntil(async () => (await lostLines(origin)) >= 500, {
      timeoutMs: 5_000,
      onTimeout: () => new Error('No lines are counted.'),
    });
    expect(await api.stop('SIGTERM', 10_000)).toEqual({ code: 0, signal: null });
  });

  it('answers when nobody reads its output, and says how many lines are lost when somebody does', async () => {
    const origin = await startApiLoggingTo(undefined);
    api.output!.stdout.pause();
    expect(await answersOf(origin, 4_000)).toBe(4_000);
    const lost = await lostLines(origin);
    let output = '';
    api.output!.stdout.on('data', (bytes) => (output += bytes)).resume();
    await waitUntil(() => /"msg":"Log lines were lost"/.test(output), {
      timeoutMs: 10_000,
      onTimeout: () => new Error(`The log does not tell of ${lost} lost lines.`),
    });
    expect(await api.stop('SIGTERM', 10_000)).toEqual({ code: 0, signal: null });
  });

  it('answers when the reader of its output has gone', async () => {
    const origin = await startApiLoggingTo(undefined);
    api.output!.stdout.destroy();
    api.output!.stderr.destroy();
    expect(await answersOf(origin)).toBe(2_000);
    expect(await api.stop('SIGTERM', 10_000)).toEqual({ code: 0, signal: null });
  });
});
