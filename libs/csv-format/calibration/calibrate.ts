/**
 * Prints how often detection is right, by its confidence, over files that were not used to fit it: `npm run calibrate`, or
 * `npm run calibrate -- --seed=123456789` for other files.
 * `npm run calibrate -- --fit` fits the weights of the parts anew, on other files, and prints them for `certainty-weights.ts`;
 * `npm run calibrate -- --fit-whole` does so for the curve of the whole, with the weights of the parts that stand there.
 */
import { wholeEvidence } from '../src/dialect/certainty.js';
import { type Judged, judgeFiles, type Outcome, reliability } from './judge-file.js';
import { fitWeights, type Observation } from './logistic-regression.js';

const PARTS_SEED = 20_260_101;
const PARTS_FILES = 60_000;
const WHOLE_SEEDS = [2001, 2002];
const WHOLE_FILES_PER_SEED = 15_000;
/** Never looked at while anything was fitted; the next five belong to it. A seed that was printed once is no longer held out. */
const HELD_OUT_SEED = 77_120_001;
const HELD_OUT_SEEDS = 6;
const FILES_PER_SEED = 10_000;
/** The parts whose certainty is fitted. */
const PARTS = ['delimiter', 'header', 'start'] as const;

function fitParts(judged: readonly Judged[]): void {
  for (const part of PARTS) {
    const observations = judged.flatMap(({ outcome }): Observation[] => {
      const signs = outcome.verdict.evidence[part];
      return signs ? [{ signs, isRight: outcome.right[part] }] : [];
    });
    printPart(part, fitWeights(observations));
  }
}

function fitWhole(judged: readonly Judged[]): void {
  const observations = judged.map(
    ({ outcome: { verdict, isRight } }): Observation => ({
      signs: wholeEvidence(Object.values(verdict.certainty)),
      isRight,
    }),
  );
  printPart('whole', fitWeights(observations));
}

function printPart(name: string, weights: Readonly<Record<string, number>>): void {
  console.log(`  ${name}: {`);
  for (const [sign, weight] of Object.entries(weights)) console.log(`    ${sign}: ${weight},`);
  console.log('  },');
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function printCalibration(judged: readonly Judged[]): void {
  console.log('| confidence | files | on average | right |\n|---|---|---|---|');
  for (let tenth = 0; tenth < 10; tenth++) {
    const { files, mean, right } = reliability(judged, tenth / 10, (tenth + 1) / 10);
    if (files === 0) continue;
    console.log(`| ${tenth / 10} to ${(tenth + 1) / 10} | ${files} | ${percent(mean)} | ${percent(right)} |`);
  }
}

/** Per kind of pollution: the share that is right, and the share that is wrong without a warning. */
function printPollutions(judged: readonly Judged[]): void {
  console.log('\n| file | files | right | wrong and silent | with a warning |\n|---|---|---|---|---|');
  for (const pollution of [...new Set(judged.map(({ file }) => file.pollution))].sort()) {
    const inside = judged.filter(({ file }) => file.pollution === pollution);
    const share = (test: (outcome: Outcome) => boolean): string =>
      percent(inside.filter(({ outcome }) => test(outcome)).length / inside.length);
    const warned = share(({ warnings }) => warnings.length > 0);
    const silent = share(({ isRight, warnings }) => !isRight && warnings.length === 0);
    console.log(`| ${pollution} | ${inside.length} | ${share(({ isRight }) => isRight)} | ${silent} | ${warned} |`);
  }
}

const seedOption = process.argv.find((option) => option.startsWith('--seed='))?.slice('--seed='.length);
const seedsFrom = (first: number): number[] => Array.from({ length: HELD_OUT_SEEDS }, (_, i) => first + i);

if (process.argv.includes('--fit')) {
  fitParts(judgeFiles(PARTS_SEED, PARTS_FILES));
} else if (process.argv.includes('--fit-whole')) {
  fitWhole(WHOLE_SEEDS.flatMap((seed) => judgeFiles(seed, WHOLE_FILES_PER_SEED)));
} else {
  const seeds = seedsFrom(Number(seedOption ?? HELD_OUT_SEED));
  const judged = seeds.flatMap((seed) => judgeFiles(seed, FILES_PER_SEED));
  console.log(`Seeds ${seeds.join(', ')}\n`);
  printCalibration(judged);
  printPollutions(judged);
}
