import { loadConfig } from '@app/config';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ReadReplica, ReplicaUnfit } from '../src/read-replica.js';

// Real: PostgreSQL. A standby is in test/scale/replica; here are the servers that are none.

let database: TestDatabase;
let primary: DataSource;
let replica: ReadReplica;
beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  primary = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterEach(() => replica.onApplicationShutdown());
afterAll(async () => {
  await primary.destroy();
  await database.drop();
});

const open = (url?: string) => {
  replica = new ReadReplica(loadConfig({ DATABASE_READ_URL: url }), primary, 'test');
  replica.follow();
  return replica;
};

describe('a replica', () => {
  it('that is not set costs nothing, and is not used', async () => {
    const queries = vi.spyOn(primary, 'query');
    const timers = vi.spyOn(globalThis, 'setInterval');
    const { isSet, isUp } = open();
    expect({ isSet, isUp }).toEqual({ isSet: false, isUp: false });
    await expect(replica.use(0, async () => 1)).rejects.toBeInstanceOf(ReplicaUnfit);
    expect(queries).not.toHaveBeenCalled();
    expect(timers).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([
    ['is the primary itself', () => database.url, 'is no standby of the database'],
    ['nobody listens for', () => 'postgres://app@127.0.0.1:1/none', 'does not answer'],
  ])('that %s is not used', async (_, url, reason) => {
    open(url());
    await expect(replica.lagBytes()).rejects.toThrow(new ReplicaUnfit(reason));
    expect(replica.isUp).toBe(false);
    await expect(replica.use(0, async () => 1)).rejects.toBeInstanceOf(ReplicaUnfit);
  });
});
