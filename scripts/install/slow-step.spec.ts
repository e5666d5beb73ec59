import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { slowStep } from './slow-step.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('something that takes long is told at its beginning and while it goes on, and no more when it has ended', async () => {
  const printed: string[] = [];
  const { promise, resolve } = deferred();
  const step = slowStep(
    'Building',
    () => promise,
    (line) => printed.push(line),
  );
  expect(printed).toEqual(['Building …']);
  await vi.advanceTimersByTimeAsync(95_000);
  const told = [
    'Building …',
    '  … still going on, for 30 s',
    '  … still going on, for 1 min 0 s',
    '  … still going on, for 1 min 30 s',
  ];
  expect(printed).toEqual(told);
  resolve('built');
  expect(await step).toBe('built');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(printed).toEqual(told);
});

it('a failure is passed on, and ends the telling too', async () => {
  const printed: string[] = [];
  const step = slowStep(
    'Building',
    () => Promise.reject(new Error('no')),
    (line) => printed.push(line),
  );
  await expect(step).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(printed).toEqual(['Building …']);
});

function deferred() {
  let resolve!: (value: string) => void;
  const promise = new Promise<string>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
