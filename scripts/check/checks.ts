import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../root.js';
import { pageWeight } from './page-weight.js';

export interface CheckResult {
  name: string;
  passed: boolean;
  output: string;
  seconds: number;
}

type Verdict = Omit<CheckResult, 'name' | 'seconds'>;

const tool = (name: string, ...args: string[]) => run(join(root, 'node_modules', '.bin', name), args);

const CHECKS: Record<string, () => Promise<Verdict>> = {
  'format and lint': () =>
    tool('biome', 'ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`),
  types: () => tool('tsc', '--noEmit', '-p', 'tsconfig.json'),
  'types of the page': () => tool('tsc', '-p', 'apps/web/tsconfig.json'),
  'unused code': () => tool('knip', '--no-progress'),
  'import rules': () =>
    tool(
      'depcruise',
      'apps',
      'libs',
      'packages',
      'scripts',
      'test',
      'bench',
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
    ),
  'weight of the page': pageWeight,
  'OpenAPI rules': () => run(process.execPath, [...process.execArgv, join(root, 'scripts', 'check', 'openapi.ts')]),
  'generated files': () =>
    run(process.execPath, [...process.execArgv, join(root, 'scripts', 'generate.ts'), '--check']),
};

/** Runs all checks in parallel and reports each one when it ends. Shows the output of a check only when it failed. */
export const runChecks = (): Promise<CheckResult[]> =>
  Promise.all(
    Object.entries(CHECKS).map(async ([name, check]) => {
      const begun = performance.now();
      const verdict = await check();
      const seconds = (performance.now() - begun) / 1000;
      console.log(`${verdict.passed ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
      if (!verdict.passed) console.log(`${verdict.output}\n`);
      return { name, ...verdict, seconds };
    }),
  );

function run(command: string, args: string[]): Promise<Verdict> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ passed: false, output: error.message }));
    child.once('close', (code) => resolve({ passed: code === 0, output: output.trim() }));
  });
}
