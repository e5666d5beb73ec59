import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build/build.js';
import { runChecks } from './check/checks.js';
import { type OwnProcess, startProcess } from './processes/own-process.js';
import { Refusal, runScript } from './processes/refusal.js';
import { StopRequest } from './processes/stop-request.js';
import { root } from './root.js';
import { add, type Tally, tallyOf, type VitestReport } from './test/tally.js';

// `npm test` is everything that must pass. With arguments (`npm test -- libs/csv`), they go to vitest and the checks are left out.
await runScript(async () => {
  const filters = process.argv.slice(2);
  const checks = filters.length === 0 ? await checked() : { passed: 0, failed: 0 };
  const tests = await tested(filters);
  const { passed, failed } = add(checks, tests);
  if (checks.failed > 0) console.log(`\n${checks.failed} of the checks failed; they are told of at the top.`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

/** The build first: the check of generated files and the e2e tests want it, and side by side they would wait for each other. */
async function checked(): Promise<Tally> {
  const built = await ensureBuilt(console.log).then(
    () => true,
    (error) => {
      if (!(error instanceof Refusal)) throw error;
      console.log(`FAILED build: ${error.message}`);
      return false;
    },
  );
  const results = [built, ...(await runChecks()).map(({ passed }) => passed)];
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function tested(filters: string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'csv-report-'));
  const reportFile = join(folder, 'report.json');
  try {
    const vitest = await startVitest(reportFile, filters);
    const { code } = await vitest.ended;
    const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport) : undefined;
    const tally = tallyOf(report);
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startVitest(reportFile: string, filters: string[]): Promise<OwnProcess> {
  const vitest = await startProcess({
    command: process.execPath,
    args: [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...filters,
    ],
    cwd: root,
    inheritOutput: true,
  });
  // At the first signal vitest finishes the tests that run; for a second one nothing is finished, and what they started ends anyway.
  const stop = new StopRequest(() => vitest.kill('SIGKILL'));
  stop.signal.addEventListener('abort', () => vitest.kill('SIGINT'));
  return vitest;
}
