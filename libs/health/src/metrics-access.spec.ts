import { expect, it } from 'vitest';
import { mayReadMetrics } from './metrics-access.js';

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
