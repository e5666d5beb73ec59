import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { mayReadMetrics, metricsReader } from './metrics-access.js';

it.each([
  ['the same machine', { address: '127.0.0.1' }, undefined, true],
  ['the same machine by IPv6', { address: '::1' }, 'secret', true],
  ['the same machine, in the form of a socket for both', { address: '::ffff:127.0.0.1' }, undefined, true],
  ['a proxy on the same machine', { address: '127.0.0.1', isForwarded: true }, undefined, false],
  ['another machine', { address: '192.0.2.1' }, 'secret', false],
  ['another machine with the token', { address: '192.0.2.1', authorization: 'Bearer secret' }, 'secret', true],
  [
    'a proxy with the token',
    { address: '127.0.0.1', isForwarded: true, authorization: 'bearer secret' },
    'secret',
    true,
  ],
  ['another machine with another token', { address: '192.0.2.1', authorization: 'Bearer other' }, 'secret', false],
  [
    'another machine with a token where none is set',
    { address: '192.0.2.1', authorization: 'Bearer x' },
    undefined,
    false,
  ],
  ['an unknown address', { address: undefined }, undefined, false],
])('%s', (_, reader, token, may) => {
  expect(mayReadMetrics({ isForwarded: false, authorization: undefined, ...reader }, token)).toBe(may);
});

it.each([
  'X-Forwarded-For',
  'Forwarded',
  'Via',
  'X-Real-IP',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'True-Client-IP',
])('a request with %s is not one from the same machine, whatever it says', (name) => {
  const socket = { remoteAddress: '127.0.0.1' } as Socket;
  const headers = { [name.toLowerCase()]: '127.0.0.1' };
  expect(mayReadMetrics(metricsReader({ headers, socket }), 'secret')).toBe(false);
  expect(mayReadMetrics(metricsReader({ headers: {}, socket }), 'secret')).toBe(true);
});
