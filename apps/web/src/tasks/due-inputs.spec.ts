import { describe, expect, it } from 'vitest';
import { dueOf, inputsOf } from './due-inputs.js';

describe('a due date', () => {
  it('is none, or the day that was given', () => {
    expect(inputsOf(null)).toEqual({ day: '', time: '' });
    expect(inputsOf('2026-12-24')).toEqual({ day: '2026-12-24', time: '' });
    expect(dueOf({ day: '2026-12-24', time: '' })).toBe('2026-12-24');
    expect(dueOf({ day: '', time: '18:00' })).toBe(null);
  });

  it('with a time is the instant on the clock of the person, and is shown on it again', () => {
    const inputs = { day: '2026-12-24', time: '18:05' };
    const due = dueOf(inputs)!;
    expect(due).toBe(new Date(2026, 11, 24, 18, 5).toISOString());
    expect(inputsOf(due)).toEqual(inputs);
  });
});
