import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from './errors.js';

/** What a connect to these addresses of one host ends with, when nobody listens there. */
async function refusal(addresses: { address: string; family: number }[]): Promise<unknown> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  const socket = connect({ port, host: 'database', lookup: (_host, _options, done) => done(null, addresses) });
  return new Promise((resolve) => socket.once('error', resolve));
}

const LOOPBACK = { address: '127.0.0.1', family: 4 };

describe('PostgreSQL is away', () => {
  it('when it refuses', async () => {
    expect(isDatabaseAway(await refusal([LOOPBACK]))).toBe(true);
  });

  it('when it refuses at each address of its host', async () => {
    const error = await refusal([{ address: '::1', family: 6 }, LOOPBACK]);
    expect(error).toBeInstanceOf(AggregateError);
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['it says that it shuts down', { driverError: { code: '57P01' } }],
    ['it has no connection left', { driverError: { code: '53300' } }],
    ['the connection broke in a query', { driverError: { code: 'ECONNRESET' } }],
    ['the pool waited in vain', { message: 'timeout exceeded when trying to connect' }],
  ])('when %s', (_what, facts) => {
    expect(isDatabaseAway(Object.assign(new Error(), facts))).toBe(true);
  });

  it.each([
    ['a query is wrong', { driverError: { code: '42601' } }],
    ['a client broke off its upload', { code: 'ECONNRESET', syscall: 'read' }],
    ['a file is missing', { code: 'ENOENT', syscall: 'open' }],
  ])('not when %s', (_what, facts) => {
    expect(isDatabaseAway(Object.assign(new Error(), facts))).toBe(false);
  });

  it.each([undefined, null, 'away'])('not for %j', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
