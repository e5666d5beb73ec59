import { describe, expect, it } from 'vitest';
import { redisAddress } from './redis-address.js';

describe('a Redis address', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://:s%40crt@cache:6380/2', { host: 'cache', port: 6380, db: 2, password: 's@crt' }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }],
    ['rediss://app:x@cache', { host: 'cache', port: 6379, db: 0, username: 'app', password: 'x', tls: {} }],
    ['unix:///run/redis%20one.sock?db=3', { path: '/run/redis one.sock', db: 3 }],
  ])('%s is understood', (address, expected) => {
    expect(redisAddress(address)).toEqual(expected);
  });
});
