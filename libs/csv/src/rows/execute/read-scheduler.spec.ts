import { Deadline } from '@app/database';
import { expect, it } from 'vitest';
import type { ReadRouter } from './read-router.js';
import { ReadScheduler } from './read-scheduler.js';
import type { ReadUpload } from './replica-position.js';
import type { ScanQueue } from './scan-queue.js';

it('the pages of one export wait for a few pages of another user, however many of these wait', async () => {
  const read: string[] = [];
  const router = {
    run: async (upload: ReadUpload) => {
      read.push(upload.user_id);
      await new Promise(setImmediate);
    },
  };
  const scheduler = new ReadScheduler(router as unknown as ReadRouter, {} as ScanQueue);
  const page = (user_id: string) =>
    scheduler.exportPage({ user_id } as ReadUpload, Deadline.in(10_000), async () => {});
  await Promise.all([...Array.from({ length: 300 }, () => page('anna')), page('bob'), page('bob')]);
  expect(read.lastIndexOf('bob')).toBeLessThan(8);
  expect(read).toHaveLength(302);
});
