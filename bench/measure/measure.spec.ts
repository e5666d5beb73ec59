import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cpuSeconds, familyCpuSeconds } from './cpu.js';
import { Parts } from './parts.js';
import { markdownTable, ratio, whole } from './report.js';
import { median, medianKnown, quantile } from './statistics.js';

describe('the statistics', () => {
  it('take quantiles of unsorted values and leave them in their order', () => {
    const values = [30, 10, 2, 20];
    expect([median(values), quantile(values, 0.95), quantile(values, 0)]).toEqual([20, 30, 2]);
    expect(values).toEqual([30, 10, 2, 20]);
  });

  it('are NaN without values, and unknown when one value is', () => {
    expect(median([])).toBeNaN();
    expect(medianKnown([1, undefined, 3])).toBeUndefined();
    expect(medianKnown([1, 5, 3])).toBe(3);
  });
});

describe('a table', () => {
  it('is Markdown with the numbers aligned right', () => {
    expect(
      markdownTable([
        ['what', 'rows/s'],
        ['a file', '1'],
        ['Größe', '1,000'],
      ]),
    ).toBe(['| what   | rows/s |', '| ------ | -----: |', '| a file |      1 |', '| Größe  |  1,000 |'].join('\n'));
  });

  it('separates thousands, and shows an unknown ratio as a dash', () => {
    expect([whole(1_234_567.8), ratio(1, 3), ratio(undefined, 3), ratio(1, 0)]).toEqual([
      '1,234,568',
      '0.33',
      '-',
      '-',
    ]);
  });
});

describe('the parts of a run', () => {
  it('are added up by name, also when a part throws', async () => {
    const begun: string[] = [];
    const parts = new Parts((part) => begun.push(part));
    expect(await parts.time('load', async () => 7)).toBe(7);
    await expect(parts.time('check', () => Promise.reject(new Error('different')))).rejects.toThrow('different');
    await parts.time('load', async () => {});
    expect(parts.report()).toBe('Parts: load 0 s, check 0 s.\nAll of it took 0.0 minutes.');
    expect(begun).toEqual(['load', 'check', 'load']);
  });
});

describe.runIf(process.platform === 'linux')('the CPU time', () => {
  it('of a family includes children, also those that have ended', async () => {
    const busy = 'while (process.cpuUsage().user < 200_000);';
    const before = { own: cpuSeconds(process.pid)!, family: familyCpuSeconds(process.pid)! };
    await once(spawn(process.execPath, ['-e', busy]), 'exit');
    const own = cpuSeconds(process.pid)! - before.own;
    const family = familyCpuSeconds(process.pid)! - before.family;
    expect(family - own).toBeGreaterThan(0.1);
  });
});
