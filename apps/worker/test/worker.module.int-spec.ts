import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { Test } from '@nestjs/testing';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/database.js';
import { emptyRedis } from '../../../test/support/redis.js';
import { WorkerModule } from '../src/worker.module.js';

// Real: all modules of the worker, PostgreSQL, Redis, Bull.

it('starts: each job of the catalogue has one handler, in a processor of its queue', async () => {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const config = loadConfig({
    DATABASE_URL: database.url,
    REDIS_URL: await emptyRedis(),
    DATA_DIR: folder,
    LOG_LEVEL: 'silent',
  });
  const worker = await Test.createTestingModule({ imports: [WorkerModule.forRoot(config)] }).compile();
  worker.useLogger(false);
  try {
    await expect(worker.init()).resolves.toBe(worker);
  } finally {
    await worker.close();
    await database.drop();
    await rm(folder, { recursive: true });
  }
});
