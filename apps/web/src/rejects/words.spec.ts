import { describe, expect, it } from 'vitest';
import { leftOutInWords, optionsInWords, rejectsInWords } from './words.js';

describe('a list of rejects', () => {
  it('without any says that all records were accepted only of a completed upload', () => {
    expect(rejectsInWords('completed', 0)).toBe('Every record was accepted.');
    for (const status of ['pending', 'processing', 'failed', 'cancelled'] as const)
      expect(rejectsInWords(status, 0)).not.toContain('accepted');
  });

  it('is to be uploaded as a file of its own only where the other rows are stored', () => {
    expect(rejectsInWords('completed', 1)).toContain('upload it as a file of its own');
    expect(rejectsInWords('completed', 2_000)).toMatch(
      /^2,000 records do not fit.* upload them as a file of their own/,
    );
    expect(rejectsInWords('failed', 5)).toContain('correct the file itself');
  });

  it.each([
    ['utf-8', false],
    ['utf-16le', false],
    ['windows-1252', true],
    [undefined, false],
  ])('in %s asks for its options, and for its encoding where a few records do not show it: %s', (encoding, isTold) => {
    const words = optionsInWords(encoding);
    expect(words).toContain('the options that you gave');
    expect(words.includes('encoding')).toBe(isTold);
  });

  it('says how many records are left out', () => {
    expect(leftOutInWords(1)).toMatch(/^1 record of .* is not/);
    expect(leftOutInWords(2)).toMatch(/^2 records of .* are not/);
  });
});
