import { describe, expect, it } from 'vitest';
import { withCpu } from './parts-of-cpu.js';
import { apisTable, receivingLine, workersTable } from './report.js';

const cellsOf = (table: string, line: number) =>
  table
    .split('\n')
    [line]!.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('the table of workers', () => {
  const results = [1, 2].map((workers) => ({
    workers,
    seconds: 8 / workers,
    rows: 1_600_000,
    cpu: { workers: 6, PostgreSQL: 8 },
    received: { PostgreSQL: 0.1, apis: workers },
  }));

  it('compares each rate with the first, and counts the cores that were busy', () => {
    const table = workersTable(results);
    expect(cellsOf(table, 2).slice(0, 6)).toEqual(['1', '8.0', '200,000', '1.00', '6.0', '8.0']);
    expect(cellsOf(table, 3).slice(0, 4)).toEqual(['2', '4.0', '400,000', '2.00']);
    expect([cellsOf(table, 2).at(-1), cellsOf(table, 3).at(-1)]).toEqual(['1.75', '3.50']);
  });

  it('tells what it costs to receive a file', () => {
    expect(receivingLine(results)).toBe('Receiving one file takes, in CPU seconds: PostgreSQL 0.10, apis 2.00.');
  });
});

it('the table of apis has the CPU time of each part for one request', () => {
  const measured = { perSecond: 1_234.4, p50: 1.23, p99: 4.56, cpu: { apis: 0.5, client: 0.25 }, cores: 1.5 };
  const table = apisTable([{ scenario: 'tasks', setUp: 'nginx, 2 apis', ...measured }]);
  expect(cellsOf(table, 2)).toEqual(['tasks: nginx, 2 apis', '1,234', '1.2', '4.6', '0.500', '0.250', '1.50']);
});

it.runIf(process.platform === 'linux')('the CPU time of a part is what it used meanwhile', async () => {
  const busy = async () => {
    const end = process.cpuUsage().user + 300_000;
    while (process.cpuUsage().user < end);
    return 'done';
  };
  const { result, cpu } = await withCpu([{ name: 'this', pids: [process.pid] }], busy);
  expect(result).toBe('done');
  expect(cpu.this).toBeGreaterThan(0.2);
});
