import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Client } from '../support/client.js';
import { type CutOffProxy, startCutOffProxy } from '../support/cut-off-proxy.js';
import { Service } from '../support/service.js';

// Real: api and worker, which log all they can, and a PostgreSQL that is cut off, so that errors with statements are logged.

const PASSWORD = 'violet-harbour-29-lamps';
const OTHER_PASSWORD = 'marble-kettle-58-orchard';

let service: Service;
let way: CutOffProxy;
beforeAll(async () => {
  service = await Service.start({ env: { LOG_LEVEL: 'trace' } });
  way = await startCutOffProxy(service.database.url);
  await service.addApi({ DATABASE_URL: way.url });
});
afterAll(async () => {
  await service?.stop();
  await way?.stop();
});

describe('what the processes and PostgreSQL log', () => {
  it('has no token, no password, no hash of one, and no e-mail address of a query', async () => {
    const secrets = new Map<string, string>([
      ['a password', PASSWORD],
      ['a wrong password', OTHER_PASSWORD],
      ['a hash of a password', '$argon2'],
    ]);
    for (const { url } of service.apis) {
      const client = new Client(url);
      const person = await client.withAccount({ password: PASSWORD });
      const { email, token } = person;
      secrets.set('a token', token!).set('an encoded address', encodeURIComponent(email));
      const account = { email, password: OTHER_PASSWORD, full_name: 'Ada' };
      const ask = async () => {
        await client.post('/auth/user/login/', account);
        await client.post('/auth/user/register/', account);
        await client.post('/auth/user/register/', { ...account, password: [OTHER_PASSWORD], [OTHER_PASSWORD]: 1 });
        await client.send('POST', '/auth/user/login/', {
          body: `{"password": "${OTHER_PASSWORD}"`,
          headers: { 'content-type': 'application/json' },
        });
        for (const header of [token!, `Bearer ${token} x`, `Basic ${token}`, `bearer ${token}`])
          await client.get('/auth/user/me/', { authorization: header });
        await client.get(`/auth/user/me/?token=${token}&x=${token}`);
        await client.get(`/tasks/?email=${encodeURIComponent(email)}&password=${PASSWORD}`);
        await client.get(`/nowhere/?who=${encodeURIComponent(email)}`);
        await client.get('/auth/user/me/', { cookie: `token=${token}`, 'x-api-key': token! });
        await person.get('/auth/user/me/?nocache=true');
        await person.post('/tasks/', { title: 'Water the plants' }, { 'idempotency-key': 'key' });
        await person.upload('a,b\n1,2\n');
      };
      await ask();
      await way.cut();
      await ask();
      await way.restore();
      await expect
        .poll(async () => (await person.get('/auth/user/me/?nocache=true')).status, { timeout: 20_000 })
        .toBe(200);
      const other = await client.post('/auth/user/login/', { email, password: PASSWORD });
      secrets.set('a second token', other.body.token);
      await person.post('/auth/user/logout-all/');
      const logs = [...service.apis, ...service.workers].map(({ app, log }) => [app, JSON.stringify(log)] as const);
      const all = [...logs, ['PostgreSQL', await readFile(join(inject('runFolder'), 'postgres.log'), 'utf8')] as const];
      const found = all.flatMap(([where, text]) =>
        [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => `${what} in the log of ${where}`),
      );
      expect(found).toEqual([]);
      expect(logs.map(([, text]) => text.length > 1_000)).not.toContain(false);
    }
  });
});
