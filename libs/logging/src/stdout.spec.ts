import { spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stdout-'));
});
afterEach(() => rm(folder, { recursive: true }));

const loggingProcess = fileURLToPath(new URL('../test/logging-process.ts', import.meta.url));

/** Runs a process that logs 1,000 lines to the file, then ends in the given way. */
const run = (file: string, end: string) =>
  spawnSync(process.execPath, ['--import', '@swc-node/register/esm-register', loggingProcess, end], {
    stdio: ['ignore', openSync(file, 'w'), 'pipe'],
    timeout: 30_000,
  });

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the log of a process', () => {
  it.each([
    ['exits', 'exit', 1_000],
    ['crashes', 'crash', 1_001],
    ['runs out of work', 'idle', 1_000],
  ])('is complete and in order when it %s', (_what, end, count) => {
    const file = join(folder, 'log');
    run(file, end);
    const lines = linesOf(file);
    expect(lines).toHaveLength(count);
    expect(lines.slice(0, 1_000).map(({ number }) => number)).toEqual([...Array(1_000).keys()]);
  });

  it.runIf(process.platform === 'linux')('does not keep the process from ending when stdout is a full disk', () => {
    expect(run('/dev/full', 'exit')).toMatchObject({ status: 3, signal: null });
    expect(run('/dev/full', 'crash')).toMatchObject({ status: 1, signal: null });
  });
}, 60_000);
