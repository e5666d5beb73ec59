import { cpus, loadavg, totalmem } from 'node:os';
import type { Comparison, Measured, RoundOptions } from './rounds.js';

/** The machine of the measurement. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]!.toFixed(1);
  return `${processors.length} cores (${model}), ${memory} GB, ${process.platform}, node ${process.versions.node}; load before: ${load}`;
}

const COLUMNS = ['', 'req/s', 'p50 ms', 'p99 ms', 'core', 'req/CPU-s', 'ratio', 'per core'];

export const headline = ({ rounds, seconds, connections }: RoundOptions): string =>
  `${connections} connections, median of ${rounds} rounds of ${seconds} s each, service and ceiling in turns, one process each`;

/** A table for the terminal; `ratio` is of requests per second, `per core` of requests per second of CPU time. */
export function table(comparisons: Comparison[]): string {
  const rows = comparisons.flatMap(({ scenario, service, ceiling }) => [
    [
      scenario.name,
      ...figures(service),
      quotient(service, ceiling, 'perSecond'),
      quotient(service, ceiling, 'perCpuSecond'),
    ],
    [`  ${scenario.ceiling}`, ...figures(ceiling), '', ''],
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [COLUMNS, ...rows].map(line).join('\n');
}

const figures = ({ perSecond, p50, p99, cores, perCpuSecond }: Measured): string[] => [
  perSecond.toFixed(0),
  p50.toFixed(1),
  p99.toFixed(1),
  cores?.toFixed(2) ?? '-',
  perCpuSecond?.toFixed(0) ?? '-',
];

function quotient(service: Measured, ceiling: Measured, what: 'perSecond' | 'perCpuSecond'): string {
  const [above, below] = [service[what], ceiling[what]];
  return above === undefined || below === undefined ? '-' : (above / below).toFixed(2);
}
