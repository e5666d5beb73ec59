import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminEntry } from '../../scripts/build/build.js';
import { root } from '../../scripts/root.js';
import { type Ended, runProgram } from '../support/run-program.js';
import { Service } from '../support/service.js';
import { expectNothingLeft } from '../support/stored-uploads.js';

const EMAIL = 'operator@example.org';
let service: Service;

/** Each command is a process that loads what an api loads. */
const MANY_COMMANDS_MS = 600_000;

beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service?.stop());

/** Runs the built command beside the service. */
const admin = (args: string[], input?: string): Promise<Ended> =>
  runProgram(process.execPath, [adminEntry, ...args], {
    cwd: service.env.DATA_DIR!,
    env: { PATH: process.env.PATH, ...service.env },
    input,
  });

it(
  'the built command makes an account, changes its password, ends its sessions and tells the state',
  async () => {
    expect((await admin(['--help'])).out).toMatch(/admin sweep-orphans[\s\S]*Exit codes: 0 done/);
    const created = await admin(['create-user', EMAIL, '--password-stdin'], 'violet-harbour-29-lamps\n');
    expect(created).toMatchObject({ code: 0, err: '' });
    const login = (password: string) => service.client.post('/auth/user/login/', { email: EMAIL, password });
    const { token } = (await login('violet-harbour-29-lamps')).body;
    const status = async () => (await service.client.as(token).get('/tasks/')).status;
    expect(await status()).toBe(200);

    const { password } = JSON.parse((await admin(['reset-password', EMAIL, '--json'])).out);
    expect(await status()).toBe(401);
    expect((await login('violet-harbour-29-lamps')).status).toBe(401);
    const again = (await login(password)).body.token;
    await admin(['revoke-sessions', EMAIL]);
    expect((await service.client.as(again).get('/tasks/')).status).toBe(401);

    const state = await admin(['status', '--json']);
    expect(JSON.parse(state.out)).toMatchObject({ status: 'healthy', checks: { worker: { details: { alive: 1 } } } });
    expect(state).toMatchObject({ code: 0, err: '' });
    expect(await admin(['revoke-sessions', 'nobody@example.org'])).toEqual({
      code: 1,
      out: '',
      err: 'There is no such account.\n',
    });
  },
  MANY_COMMANDS_MS,
);

it('a user with a quota of their own is held to it, and others are not', async () => {
  const held = await service.client.withAccount();
  const free = await service.client.withAccount();
  await admin(['set-quota', held.email, '10']);
  const { status, body } = await held.upload('a,b\n1,2\n3,4\n');
  expect({ status, code: body.code, limit: body.limit_bytes }).toEqual({
    status: 413,
    code: 'quota_exceeded',
    limit: 10,
  });
  expect((await free.upload('a,b\n1,2\n3,4\n')).status).toBe(201);
  await admin(['set-quota', held.email, 'default']);
  expect((await held.upload('a,b\n1,2\n3,4\n')).status).toBe(201);
});

it('a worker deletes an upload that ended longer than UPLOAD_TTL ago, with rows and file, and keeps a younger one', async () => {
  const client = await service.client.withAccount();
  const old = await client.ingest('a,b\n1,2\n');
  const young = await client.ingest('a,b\n3,4\n');
  await service.idle();
  await service.sql.query(`UPDATE csv_uploads SET completed_at = now() - interval '2 hours' WHERE id = $1`, [old.id]);
  await service.addWorker({ UPLOAD_TTL: '3600' });
  await expectNothingLeft(service, old.id);
  expect((await client.get(`/csv-data/uploads/${old.id}/`)).status).toBe(404);
  expect((await client.get(`/csv-data/uploads/${young.id}/`)).status).toBe(200);
  expect(existsSync(join(service.env.DATA_DIR!, 'uploads', old.id))).toBe(false);
});

it('npm run admin asks the service of the environment, and passes on what the command prints and its exit code', async () => {
  const { PATH, HOME } = process.env;
  const npmRunAdmin = (...args: string[]) =>
    runProgram('npm', ['run', '-s', 'admin', '--', ...args], { cwd: root, env: { PATH, HOME, ...service.env } });
  const status = await npmRunAdmin('status', '--json');
  expect([status.code, JSON.parse(status.out).checks.database.status]).toEqual([0, 'up']);
  expect(await npmRunAdmin('revoke-sessions', 'nobody@example.org')).toEqual({
    code: 1,
    out: '',
    err: 'There is no such account.\n',
  });
  const misspelt = await npmRunAdmin('statsu');
  expect([misspelt.code, misspelt.out]).toEqual([2, '']);
  expect(misspelt.err).toContain('status');
});
