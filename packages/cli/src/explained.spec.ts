import { expect, it } from 'vitest';
import { explained } from './explained.js';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });

it.each([
  ['fetch', new TypeError('fetch failed', { cause: refused })],
  ['http', refused],
])('a service that %s cannot reach: says so, and how to name another', (_by, error) => {
  expect(explained(error)).toMatch(
    /^The service cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:9\. Is it running\? For another address: .* login --url http:\/\/HOST:PORT$/,
  );
});

it('any other fault is told with its reason', () => {
  expect(explained(new TypeError('fetch failed', { cause: new Error('socket hang up') }))).toBe(
    'fetch failed: socket hang up',
  );
  expect(explained(new Error('You have no uploads.'))).toBe('You have no uploads.');
});
