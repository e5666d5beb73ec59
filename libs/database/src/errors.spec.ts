import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from './errors.js';

/** The error of a connect to these addresses of one host, where nothing listens. */
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

describe('isDatabaseAway', () => {
  it('is true for a refused connection', async () => {
    expect(isDatabaseAway(await refusal([LOOPBACK]))).toBe(true);
  });

  it('is true when each address of a host refuses', async () => {
    const error = await refusal([{ address: '::1', family: 6 }, LOOPBACK]);
    expect(error).toBeInstanceOf(AggregateError);
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['the server shuts down', { driverError: { code: '57P01' } }],
    ['the server has no connection left', { driverError: { code: '53300' } }],
    ['the connection breaks during a query', { driverError: { code: 'ECONNRESET' } }],
    ['the pool gets no connection in time', { message: 'timeout exceeded when trying to connect' }],
  ])('is true when %s', (_what, facts) => {
    expect(isDatabaseAway(Object.assign(new Error(), facts))).toBe(true);
  });

  it.each([
    ['a query is wrong', { driverError: { code: '42601' } }],
    ['a client aborts its upload', { code: 'ECONNRESET', syscall: 'read' }],
    ['a file is missing', { code: 'ENOENT', syscall: 'open' }],
  ])('is false when %s', (_what, facts) => {
    expect(isDatabaseAway(Object.assign(new Error(), facts))).toBe(false);
  });

  it.each([undefined, null, 'away'])('is false for %j', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
