import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../processes/refusal.js';
import { originOf } from './banner.js';
import { claimDataDir } from './data-dir.js';
import { firstSteps } from './first-steps.js';
import { requireRedis } from './given-redis.js';
import { LogView } from './log-view.js';
import { RestartPauses } from './restart-pauses.js';
import { portComplaint } from './services.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is created, locked and released', () => {
    const dataDir = join(folder, 'deep', 'data');
    claimDataDir(dataDir)();
    claimDataDir(dataDir)();
  });

  it('is refused to a second run while the first one runs, with a sentence that says what to do', () => {
    claimDataDir(folder);
    expect(() => claimDataDir(folder)).toThrow(Refusal);
    expect(() => claimDataDir(folder)).toThrow(new RegExp(`process ${process.pid}.*stop it first`));
  });

  it('is taken over from a killed run, also when another process has its pid', () => {
    writeFileSync(join(folder, 'start.lock'), JSON.stringify({ pid: 999_999_999, birth: 'long ago' }));
    claimDataDir(folder)();
    writeFileSync(join(folder, 'start.lock'), JSON.stringify({ pid: process.pid, birth: 'long ago' }));
    claimDataDir(folder)();
    writeFileSync(join(folder, 'start.lock'), '');
    claimDataDir(folder)();
  });

  it('is refused when it cannot be created', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => claimDataDir(join(folder, 'file', 'below'))).toThrow(/DATA_DIR .* cannot be written to \(ENOTDIR\)/);
  });
});

describe.runIf(process.platform === 'linux')('a data folder that nobody can create', () => {
  it('is refused, and does not hang', () => {
    expect(() => claimDataDir('/proc/x')).toThrow(/^DATA_DIR \/proc\/x cannot be written to \(ENOENT\).*\.$/);
  });
});

describe('a Redis that the environment names', () => {
  it('is refused in a sentence without its password when it cannot be reached', async () => {
    await expect(requireRedis('REDIS_URL', 'redis://:hunter2@127.0.0.1:1')).rejects.toThrow(
      /^REDIS_URL cannot be reached \(ECONNREFUSED\): start that Redis, or unset REDIS_URL .*\.$/,
    );
    await expect(requireRedis('REDIS_URL', `unix://${join(folder, 'none.sock')}`)).rejects.toThrow(/\(ENOENT\)/);
  });
});

describe('the pause before an app is started again', () => {
  it('doubles up to 30 s, and begins anew after a minute without a fault', () => {
    const pauses = new RestartPauses();
    expect([5, 5, 5, 5, 5, 5, 5].map((ran) => pauses.after(ran * 1_000))).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(pauses.after(60_000)).toBe(1);
    expect(pauses.after(1)).toBe(2);
  });
});

describe('a port that cannot be used', () => {
  it.each([
    [
      'EADDRINUSE',
      3000,
      'Port 3000 is taken by another program: choose another with PORT, as in "PORT=3001 npm start".',
    ],
    [
      'EADDRINUSE',
      65535,
      'Port 65535 is taken by another program: choose another with PORT, as in "PORT=65534 npm start".',
    ],
    ['EACCES', 80, 'This user may not listen on port 80: choose one above 1023 with PORT.'],
    ['EADDRNOTAVAIL', 3000, 'HOST 10.9.8.7 is not an address of this machine.'],
  ])('is explained in a sentence (%s)', (reason, port, sentence) => {
    expect(portComplaint(reason, port, '10.9.8.7')).toBe(sentence);
  });
});

describe('the printed address', () => {
  it.each([
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['localhost', 'http://localhost:3000'],
  ])('can be reached for HOST=%s', (host, origin) => {
    expect(originOf(host, 3000)).toBe(origin);
  });
});

describe.runIf(spawnSync('curl', ['--version']).status === 0)('the printed shell lines', () => {
  const bodyOf = async (request: IncomingMessage) => Buffer.concat(await request.toArray()).toString();

  it('pass the token and the upload id on until the rows are shown, in a plain sh', async () => {
    const seen: string[] = [];
    let asked = 0;
    const answers: Record<string, () => object> = {
      'POST /api/v1/auth/user/register/': () => ({ id: 'u1', email: 'ada@example.com' }),
      'POST /api/v1/auth/user/login/': () => ({ detail: 'ok', token: 'T-1_x', token_type: 'Bearer' }),
      'POST /api/v1/csv-data/uploads/': () => ({ id: 'up-1', columns: [{ id: 'not-this' }], status: 'pending' }),
      'GET /api/v1/csv-data/uploads/up-1/progress/': () => {
        asked += 1;
        return { status: asked < 2 ? 'processing' : 'completed' };
      },
      'GET /api/v1/csv-data/uploads/up-1/data/?sort_by=price': () => ({ data: 'ROWS' }),
    };
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      const call = `${request.method} ${request.url}`;
      seen.push(`${call} ${request.headers.authorization ?? ''}`.trim());
      bodies.push(await bodyOf(request));
      response.end(JSON.stringify(answers[call]?.() ?? { status: 404 }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const shell = spawn('sh', ['-eu', '-c', firstSteps(`http://127.0.0.1:${port}`).join('\n')]);
    const output = Buffer.concat(await shell.stdout.toArray()).toString();
    server.close();

    expect(seen).toEqual([
      'POST /api/v1/auth/user/register/',
      'POST /api/v1/auth/user/login/',
      'POST /api/v1/csv-data/uploads/ Bearer T-1_x',
      'GET /api/v1/csv-data/uploads/up-1/progress/ Bearer T-1_x',
      'GET /api/v1/csv-data/uploads/up-1/progress/ Bearer T-1_x',
      'GET /api/v1/csv-data/uploads/up-1/data/?sort_by=price Bearer T-1_x',
    ]);
    expect(output).toContain('ROWS');
    expect(bodies[2]).toContain('Paris,12.50,"says ""bonjour"""\nRome,7,"two\nlines"\nReykjavík,21.00,\n');
  });

  it('do not wait forever when the upload is refused', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify({ status: 401 }))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const shell = spawn('sh', [
      '-c',
      firstSteps(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).join('\n'),
    ]);
    shell.stdout.resume();
    const [code] = await once(shell, 'exit');
    server.close();
    expect(code).toBe(0);
  });
});

describe('the log on the terminal', () => {
  it('shows only warnings, errors and lines that are not JSON', () => {
    const file = join(folder, 'api.log');
    writeFileSync(file, '{"level":50,"msg":"of an earlier run"}\n');
    const shown: string[] = [];
    const view = new LogView(file, 'api', 5, (text) => shown.push(text));
    appendFileSync(file, '{"level":30,"msg":"request"}\n{"level":40,"msg":"slow"}\n{"level":50,"ms');
    appendFileSync(
      file,
      'g":"broken","err":{"type":"Error","message":"boom","stack":"Error: boom\\n  at x"}}\nThe api cannot start.\n',
    );
    view.close();
    const text = shown.join('\n');
    expect(text).toMatch(/WARN.*api: slow/);
    expect(text).toMatch(/ERROR.*api: broken[\s\S]*boom/);
    expect(text).toContain('api: The api cannot start.');
    expect(text).not.toMatch(/request|earlier/);
  });
});
