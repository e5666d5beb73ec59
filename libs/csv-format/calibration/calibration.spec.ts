import { describe, expect, it } from 'vitest';
import { judgeFiles, reliability } from './judge-file.js';

// A seed that nothing was fitted to. A tenth of confidence has too few of 6,000 files, so doubt is judged in halves: with some 300 files
// in each, 0.07 is two and a half times the error that is due to chance. `npm run calibrate` prints the tenths of 60,000.
const SEED = 20_261_127;
const FILES = 6000;

describe('confidence', { timeout: 180_000 }, () => {
  it('is how often guesses are right, over made files that were not used to fit it', () => {
    const judged = judgeFiles(SEED, FILES);
    for (const [from, to, least, error] of [
      [0.5, 0.8, 150, 0.07],
      [0.8, 0.9, 150, 0.07],
      [0.9, 1, 4000, 0.02],
    ] as const) {
      const { files, mean, right } = reliability(judged, from, to);
      expect(files).toBeGreaterThan(least);
      expect(Math.abs(mean - right), `${from} to ${to}: ${mean} says ${right}`).toBeLessThan(error);
    }
  });
});
