/**
 * Prints how often detection is right, by its confidence, over files that were not used to fit it: `npm run calibrate`.
 * `npm run calibrate -- --fit` fits the weights anew, on other files, and prints them for `certainty-weights.ts`.
 */
import { certaintyBy, wholeEvidence } from '../src/dialect/certainty.js';
import { type Judged, judgeFiles, type Outcome, reliability } from './judge-file.js';
import { fitWeights, type Observation } from './logistic-regression.js';

const TUNING_SEED = 20_260_101;
const HELD_OUT_SEED = 31_337_019;
const TUNING_FILES = 60_000;
const HELD_OUT_FILES = 60_000;
/** The parts whose certainty is fitted. */
const PARTS = ['delimiter', 'header', 'start'] as const;
type Part = (typeof PARTS)[number];

function printWeights(judged: readonly Judged[]): void {
  const fitted: Partial<Record<Part, Record<string, number>>> = {};
  for (const part of PARTS) {
    const observations = judged.flatMap(({ outcome }): Observation[] => {
      const signs = outcome.verdict.evidence[part];
      return signs ? [{ signs, isRight: outcome.right[part] }] : [];
    });
    fitted[part] = fitWeights(observations);
    printPart(part, fitted[part]);
  }
  // The whole is fitted to the certainties that the new weights give.
  const whole = judged.map(({ outcome }): Observation => {
    const { certainty, evidence } = outcome.verdict;
    const parts = PARTS.map((part) => {
      const signs = evidence[part];
      return signs ? certaintyBy(fitted[part]!, signs) : certainty[part];
    });
    return { signs: wholeEvidence([...parts, certainty.quoting, certainty.decimal]), isRight: outcome.isRight };
  });
  printPart('whole', fitWeights(whole));
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
    const warned = share(({ verdict }) => verdict.warnings.length > 0);
    const silent = share(({ isRight, verdict }) => !isRight && verdict.warnings.length === 0);
    console.log(`| ${pollution} | ${inside.length} | ${share(({ isRight }) => isRight)} | ${silent} | ${warned} |`);
  }
}

if (process.argv.includes('--fit')) {
  printWeights(judgeFiles(TUNING_SEED, TUNING_FILES));
} else {
  const judged = judgeFiles(HELD_OUT_SEED, HELD_OUT_FILES);
  printCalibration(judged);
  printPollutions(judged);
}
