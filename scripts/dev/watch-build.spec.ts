import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../build/build.js';
import { CompilerReports } from './watch-build.js';

// As TypeScript 6 prints it: the time is coloured, the sentence is not.
const at = (sentence: string) => `[\u001b[90m11:22:33 AM\u001b[0m] ${sentence}`;
const BEGIN = at('Starting compilation in watch mode...');
const AGAIN = at('File change detected. Starting incremental compilation...');
const GOOD = at('Found 0 errors. Watching for file changes.');
const BAD = at('Found 1 error. Watching for file changes.');

describe('the reports of the compilers', () => {
  let reports: CompilerReports;
  const read = (app: App, ...lines: string[]) => lines.map((line) => reports.read(app, line)).at(-1);
  beforeEach(() => {
    reports = new CompilerReports();
  });

  it('name an app once it has compiled, and only once', () => {
    read('api', BEGIN);
    expect(reports.isBusy).toBe(true);
    expect(read('api', GOOD)).toBe(true);
    expect(reports.isBusy).toBe(false);
    expect(reports.takeFresh()).toEqual(['api']);
    expect(reports.takeFresh()).toEqual([]);
  });

  it('are busy until the last compiler has finished', () => {
    read('api', AGAIN);
    read('worker', AGAIN);
    read('api', GOOD);
    expect(reports.isBusy).toBe(true);
    read('worker', GOOD);
    expect(reports.takeFresh()).toEqual(['api', 'worker']);
  });

  it('name no app while one does not compile, and both once it does', () => {
    read('api', AGAIN, 'libs/x.ts:1:1 - error TS2322', BAD);
    read('worker', AGAIN, GOOD);
    expect(reports.takeFresh()).toEqual([]);
    read('api', AGAIN, GOOD);
    expect(reports.takeFresh()).toEqual(['api', 'worker']);
  });

  it('show an error in a library once, and not after it is corrected', () => {
    for (const app of ['api', 'worker'] as const) read(app, AGAIN, 'libs/x.ts:1:1 - error TS2322', '', BAD);
    expect(reports.errors()).toBe('libs/x.ts:1:1 - error TS2322');
    for (const app of ['api', 'worker'] as const) read(app, AGAIN, GOOD);
    expect(reports.errors()).toBe('');
  });
});
