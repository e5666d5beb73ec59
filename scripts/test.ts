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

// `npm test` runs everything that must pass, but for test/scale (`npm run test:scale`), which starts clusters, standbys and Swift.
// With arguments (`npm test -- libs/csv`) it passes them to vitest and skips the checks.
await runScript(async () => {
  const filters = process.argv.slice(2);
  const checks = filters.length === 0 ? await checked() : { passed: 0, failed: 0 };
  const tests = await tested(filters);
  const { passed, failed } = add(checks, tests);
  if (checks.failed > 0) console.log(`\n${checks.failed} of the checks failed; their output is at the top.`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

/** Builds first, because the check of generated files and the e2e tests both need the build. */
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
      ...(filters.length === 0 ? ['--project=!scale'] : filters),
    ],
    cwd: root,
    inheritOutput: true,
  });
  // At the first signal vitest finishes the running tests. A second signal stops at once; the processes of the tests end in both cases.
  const stop = new StopRequest(() => vitest.kill('SIGKILL'));
  stop.signal.addEventListener('abort', () => vitest.kill('SIGINT'));
  return vitest;
}
