import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

describe('the pace of a transfer', () => {
  it('is not known before 200 ms have passed', () => {
    const pace = new Pace();
    expect(pace.at(0, 0)).toBeNull();
    expect(pace.at(199, 1_000)).toBeNull();
    expect(pace.at(200, 1_000)).toBe(5_000);
  });

  it('forgets what is older than four seconds', () => {
    const pace = new Pace();
    for (let second = 0; second <= 10; second += 1) pace.at(second * 1000, 1_000_000);
    let last: number | null = null;
    for (let second = 11; second <= 16; second += 1) last = pace.at(second * 1000, 1_000_000 + (second - 10) * 500);
    expect(last).toBe(500);
  });
});
