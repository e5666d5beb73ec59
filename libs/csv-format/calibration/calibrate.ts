/**
 * Prints how often detection is right, by its confidence, over files that were not used to fit it: `npm run calibrate`.
 * `npm run calibrate -- --fit` fits the weights anew, on other files, and prints them for `certainty-weights.ts`.
 */
import { wholeEvidence } from '../src/dialect/certainty.js';
import { judgeFile, type Outcome } from './judge-file.js';
import { fitWeights, type Observation } from './logistic-regression.js';
import { Random } from './random.js';
import { type MadeFile, makeFile } from './tables.js';

const TUNING_SEED = 20_260_101;
const HELD_OUT_SEED = 31_337_019;
const TUNING_FILES = 10_000;
const HELD_OUT_FILES = 10_000;
/** Of small tables, so many more that each tenth of confidence above 0.5 has 200 files. */
const SMALL_FILES_PER_FILE = 2;

interface Judged {
  file: MadeFile;
  outcome: Outcome;
}

/** @param small how many small tables come with each */
function judgeFiles(seed: number, count: number, small: number): Judged[] {
  const random = new Random(seed);
  return Array.from({ length: count * (1 + small) }, (_, i) => {
    const file = makeFile(random, 0.75, i % (1 + small) > 0);
    const outcome = judgeFile(file);
    return { file: { ...file, text: '', meant: { ...file.meant, rows: [] } }, outcome };
  });
}

function printWeights(judged: readonly Judged[]): void {
  for (const part of ['delimiter', 'header', 'start'] as const) {
    const observations = judged.flatMap(({ outcome }): Observation[] => {
      const signs = outcome.verdict.evidence[part];
      return signs ? [{ signs, isRight: outcome.right[part] }] : [];
    });
    const weights = Object.entries(fitWeights(observations)).map(([sign, weight]) => `    ${sign}: ${weight},`);
    console.log([`  ${part}: {`, ...weights, '  },'].join('\n'));
  }
  // Run again after the parts: it is fitted to the certainties that they give.
  const whole = judged.map(({ outcome }) => ({
    signs: wholeEvidence(Object.values(outcome.verdict.certainty)),
    isRight: outcome.isRight,
  }));
  const { bias, odds } = fitWeights(whole);
  console.log(`  whole: {\n    bias: ${bias},\n    odds: ${odds},\n  },`);
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Per tenth of confidence: files, the confidence they were given on average, and the share that is right. */
function printCalibration(judged: readonly Judged[]): void {
  console.log('| confidence | files | on average | right |\n|---|---|---|---|');
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = judged.filter(
      ({ outcome }) => Math.min(9, Math.floor(outcome.verdict.dialect.confidence * 10 + 1e-9)) === tenth,
    );
    if (inside.length === 0) continue;
    const mean = inside.reduce((sum, { outcome }) => sum + outcome.verdict.dialect.confidence, 0) / inside.length;
    const right = inside.filter(({ outcome }) => outcome.isRight).length / inside.length;
    console.log(`| ${tenth / 10} to ${(tenth + 1) / 10} | ${inside.length} | ${percent(mean)} | ${percent(right)} |`);
  }
}

/** Per kind of pollution: the share that is right, and the share that is wrong without a warning. */
function printPollutions(judged: readonly Judged[]): void {
  console.log('\n| file | files | right | wrong and silent | with a warning |\n|---|---|---|---|---|');
  for (const pollution of [...new Set(judged.map(({ file }) => file.pollution))].sort()) {
    const inside = judged.filter(({ file }) => file.pollution === pollution);
    const share = (test: (outcome: Outcome) => boolean): string =>
      percent(inside.filter(({ outcome }) => test(outcome)).length / inside.length);
    const warned = share(({ verdict }) => verdict.warnings.length > 0);
    const silent = share(({ isRight, verdict }) => !isRight && verdict.warnings.length === 0);
    console.log(`| ${pollution} | ${inside.length} | ${share(({ isRight }) => isRight)} | ${silent} | ${warned} |`);
  }
}

if (process.argv.includes('--fit')) {
  printWeights(judgeFiles(TUNING_SEED, TUNING_FILES, 0));
} else {
  const judged = judgeFiles(HELD_OUT_SEED, HELD_OUT_FILES, SMALL_FILES_PER_FILE);
  printCalibration(judged);
  printPollutions(judged);
}
