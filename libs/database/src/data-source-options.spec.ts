import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { loadConfig } from '@app/config';
import { DataSource } from 'typeorm';
import { afterEach, expect, it, vi } from 'vitest';
import { dataSourceOptions } from './data-source-options.js';

afterEach(() => vi.unstubAllEnvs());

/** "AuthenticationCleartextPassword" of PostgreSQL's protocol. */
const ASK_FOR_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

it('a password that the address lacks is that of PGPASSWORD, with any character', async () => {
  const password = 'a@b/c#d?e%f:g';
  vi.stubEnv('PGPASSWORD', password);
  const server = createServer((socket) => {
    socket.once('data', () => socket.write(ASK_FOR_PASSWORD));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sent = once(server, 'connection').then(async ([socket]) => {
    const [, answer] = [await once(socket, 'data'), await once(socket, 'data')];
    socket.destroy();
    return answer[0] as Buffer;
  });
  const { port } = server.address() as AddressInfo;
  const config = loadConfig({ DATABASE_URL: `postgres://app@127.0.0.1:${port}/app` });
  await expect(new DataSource(dataSourceOptions(config, 'test')).initialize()).rejects.toThrow();
  // The message is a letter, its length, and the password with a zero behind it.
  expect((await sent).toString('utf8', 5)).toBe(`${password}\0`);
  server.close();
});
