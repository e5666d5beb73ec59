import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.js';
import { FairQueue } from './fair-queue.js';

/** Work that runs until `finish` is called. */
function newWork() {
  const work = { started: false, finish: () => {}, run: async () => {} };
  const finished = new Promise<void>((resolve) => {
    work.finish = resolve;
  });
  work.run = async () => {
    work.started = true;
    await finished;
  };
  return work;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const soon = () => Deadline.in(10_000);
const newQueue = () => new FairQueue({ atOnce: 2, perUser: 1 });

describe('a fair queue', () => {
  it('starts one per user and two in all, and the next when one ends', async () => {
    const queue = newQueue();
    const [anna, annaAgain, bob, carl] = [newWork(), newWork(), newWork(), newWork()];
    const done = [
      queue.run('anna', soon(), anna.run),
      queue.run('anna', soon(), annaAgain.run),
      queue.run('bob', soon(), bob.run),
      queue.run('carl', soon(), carl.run),
    ];
    await settle();
    expect([anna, annaAgain, bob, carl].map(({ started }) => started)).toEqual([true, false, true, false]);
    bob.finish();
    await settle();
    // Anna came first but has reached her limit, so Carl is next.
    expect([annaAgain.started, carl.started]).toEqual([false, true]);
    anna.finish();
    await settle();
    expect(annaAgain.started).toBe(true);
    annaAgain.finish();
    carl.finish();
    await Promise.all(done);
  });

  it('lets users take turns, however much of one of them waits', async () => {
    const queue = new FairQueue({ atOnce: 2, perUser: 2 });
    const started: string[] = [];
    const run = (userId: string) =>
      queue.run(userId, soon(), async () => {
        started.push(userId);
        await settle();
      });
    const all = [...Array.from({ length: 20 }, () => run('anna')), run('bob'), run('carl'), run('bob')];
    await Promise.all(all);
    expect(started.slice(0, 8)).toEqual(['anna', 'anna', 'anna', 'bob', 'carl', 'anna', 'bob', 'anna']);
    expect(started).toHaveLength(all.length);
  });

  it('frees the slot when the work fails', async () => {
    const queue = newQueue();
    const failing = () => queue.run('anna', soon(), async () => Promise.reject(new Error('broken')));
    for (let i = 0; i < 5; i++) await expect(failing()).rejects.toThrow('broken');
    expect(await queue.run('anna', soon(), async () => 'done')).toBe('done');
  });

  it('rejects work whose deadline passes while it waits, and never starts it', async () => {
    const queue = newQueue();
    const anna = newWork();
    const running = queue.run('anna', soon(), anna.run);
    const late = newWork();
    await expect(queue.run('anna', Deadline.in(20), late.run)).rejects.toMatchObject({ code: 'query_timeout' });
    anna.finish();
    await running;
    await settle();
    expect(late.started).toBe(false);
    expect(await queue.run('anna', soon(), async () => 'done')).toBe('done');
  });

  it('rejects work whose client disconnects, before or while it waits', async () => {
    const queue = newQueue();
    const anna = newWork();
    const running = queue.run('anna', soon(), anna.run);
    const controller = new AbortController();
    const waiting = queue.run('anna', Deadline.in(10_000, controller.signal), newWork().run);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'ClientGone' });
    await expect(queue.run('bob', Deadline.in(10_000, controller.signal), newWork().run)).rejects.toMatchObject({
      name: 'ClientGone',
    });
    anna.finish();
    await running;
  });
});
