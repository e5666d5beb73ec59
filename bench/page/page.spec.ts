import { describe, expect, it } from 'vitest';
import { isLevel, jumpsTable, verdict } from './report.js';

const footprints = (...megabytes: number[]) =>
  megabytes.map((heap, at) => ({ jumps: at * 2, heapBytes: heap * 1e6, nodes: 100, listeners: 10 }));

describe('the report about jumps', () => {
  it('calls memory level when the last third is as the first, and growing otherwise', () => {
    expect(isLevel(footprints(20, 21, 24, 22, 21, 20))).toBe(true);
    expect(isLevel(footprints(20, 21, 22, 23, 24, 25))).toBe(false);
  });

  it('has the times of each part beside what the tab was at its end', () => {
    const jumps = { milliseconds: [10, 20, 30, 40], footprints: footprints(20, 21, 22), wrong: 0 };
    const lines = jumpsTable(jumps).split('\n');
    expect(lines.slice(2).map((line) => line.split('|').map((text) => text.trim()))).toEqual([
      ['', '0', '', '', '20.0', '100', '10', ''],
      ['', '2', '20', '20', '21.0', '100', '10', ''],
      ['', '4', '40', '40', '22.0', '100', '10', ''],
    ]);
  });

  it('says when the aim is missed, and when memory grows', () => {
    const quick = { milliseconds: Array(100).fill(20), footprints: footprints(20, 20, 20), wrong: 0 };
    expect(verdict(quick)).not.toContain('misses');
    expect(verdict(quick)).toContain('is level');
    const slow = {
      milliseconds: [...Array(90).fill(20), ...Array(10).fill(200)],
      footprints: footprints(20, 30, 40),
      wrong: 0,
    };
    expect(verdict(slow)).toContain('p95 200 ms (misses its aim of 100)');
    expect(verdict(slow)).toContain('10 of 100 took more');
    expect(verdict(slow)).toContain('grows');
  });
});
