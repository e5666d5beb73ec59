import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.js';

describe('a deadline', () => {
  it('is as much later as was waited for something that costs the request no time', async () => {
    const deadline = Deadline.in(5_000);
    expect(await deadline.pausedDuring(sleep(1_500, 'done'))).toBe('done');
    expect(deadline.leftMs()).toBeGreaterThan(4_000);
    expect(deadline.leftMs()).toBeLessThanOrEqual(5_000);
  });

  it('is later too where that failed', async () => {
    const deadline = Deadline.in(5_000);
    const failure = sleep(1_500).then(() => {
      throw new Error('no turn');
    });
    await expect(deadline.pausedDuring(failure)).rejects.toThrow('no turn');
    expect(deadline.leftMs()).toBeGreaterThan(4_000);
  });
});
