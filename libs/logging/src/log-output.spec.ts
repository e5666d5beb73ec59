import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogOutput } from './log-output.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stdout-'));
});
afterEach(() => rm(folder, { recursive: true }));

const loggingProcess = fileURLToPath(new URL('../test/logging-process.ts', import.meta.url));

/** Runs a process that logs 1,000 lines to the file, then ends in the given way. */
const run = (file: string, end: string, env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['--import', '@swc-node/register/esm-register', loggingProcess, end], {
    stdio: ['ignore', openSync(file, 'w'), 'pipe'],
    env: { ...process.env, ...env },
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

  it('goes to LOG_FILE, behind what is there already', () => {
    const file = join(folder, 'log');
    const elsewhere = join(folder, 'stdout');
    for (const _ of [1, 2]) run(elsewhere, 'exit', { LOG_FILE: file });
    expect(linesOf(file)).toHaveLength(2_000);
    expect(readFileSync(elsewhere, 'utf8')).toBe('');
  });

  it.runIf(process.platform === 'linux')('does not keep the process from ending when stdout is a full disk', () => {
    expect(run('/dev/full', 'exit')).toMatchObject({ status: 3, signal: null });
    expect(run('/dev/full', 'crash')).toMatchObject({ status: 1, signal: null });
  });
}, 60_000);

describe('a log file that is renamed', () => {
  const LONGER_THAN_A_LOOK_MS = 600;
  let file: string;
  let output: LogOutput;
  const log = (line: string) => {
    output.write(line);
    output.flushSync();
  };
  beforeEach(() => {
    file = join(folder, 'log');
    output = new LogOutput(file);
    log('one\n');
    renameSync(file, `${file}.1`);
  });

  it('is left for a new one, and no line is lost', async () => {
    log('two\n');
    await sleep(LONGER_THAN_A_LOOK_MS);
    log('three\n');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(readFileSync(file, 'utf8')).toBe('three\n');
  });

  it('is written to as long as no new one can be begun', async () => {
    mkdirSync(file);
    await sleep(LONGER_THAN_A_LOOK_MS);
    log('two\n');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\ntwo\n');
    expect(output.lostLines).toBe(0);
  });
});
