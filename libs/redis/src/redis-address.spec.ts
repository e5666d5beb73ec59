import { describe, expect, it } from 'vitest';
import { readRedisAddress } from './redis-address.js';

describe('the address of Redis', () => {
  it.each(['redis://127.0.0.1:6379/2', 'rediss://user:secret@host:6380', '/run/redis.sock?db=1'])(
    'of one server is left to ioredis: %s',
    (address) => {
      expect(readRedisAddress(address)).toEqual({ kind: 'single', address });
    },
  );

  it('of Sentinels names them and the master, with the login and the database of the master', () => {
    const address = 'redis+sentinel://app:p%40ss@one/tasks?node=two:26380&node=three&db=3';
    expect(readRedisAddress(address)).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26380 },
        { host: 'three', port: 26379 },
      ],
      name: 'tasks',
      db: 3,
      username: 'app',
      password: 'p@ss',
    });
  });

  it('of a Cluster names one node or more', () => {
    expect(readRedisAddress('redis+cluster://one:7000?node=two:7001')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 7001 },
      ],
    });
  });
});
