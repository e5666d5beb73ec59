import { loadConfig } from '@app/config';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TooManyUploads } from '../upload.problems.js';
import { UploadTurns } from './upload-turns.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const turnsOf = (limit: number) => new UploadTurns(loadConfig({ UPLOADS_PER_USER: String(limit) }));
const here = () => new AbortController().signal;
const state = async (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => 'taken',
      () => 'refused',
    ),
    Promise.resolve()
      .then(() => {})
      .then(() => 'waits'),
  ]);

describe('the turns of uploads', () => {
  it('are taken in order, a few at a time for each user', async () => {
    const turns = turnsOf(2);
    const first = await turns.take('ann', here());
    await turns.take('ann', here());
    const [third, fourth] = [turns.take('ann', here()), turns.take('ann', here())];
    expect([await state(third), await state(fourth)]).toEqual(['waits', 'waits']);
    expect(await state(turns.take('bob', here()))).toBe('taken');
    first();
    expect([await state(third), await state(fourth)]).toEqual(['taken', 'waits']);
    (await third)();
    expect(await state(fourth)).toBe('taken');
  });

  it('are refused after two minutes', async () => {
    const turns = turnsOf(1);
    await turns.take('ann', here());
    const late = turns.take('ann', here());
    late.catch(() => {});
    vi.advanceTimersByTime(120_000);
    await expect(late).rejects.toBeInstanceOf(TooManyUploads);
  });

  it('are not kept for a client that has left', async () => {
    const turns = turnsOf(1);
    const first = await turns.take('ann', here());
    const gone = new AbortController();
    const second = turns.take('ann', gone.signal);
    second.catch(() => {});
    const third = turns.take('ann', here());
    gone.abort();
    await expect(second).rejects.toBeInstanceOf(TooManyUploads);
    first();
    expect(await state(third)).toBe('taken');
  });
});
