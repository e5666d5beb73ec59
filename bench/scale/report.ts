import { availableParallelism } from 'node:os';
import { markdownTable, ratio, whole } from '../measure/report.js';
import type { ApisResult } from './apis.js';
import { medianParts, total } from './parts-of-cpu.js';
import type { WorkersResult } from './workers.js';

const CORES = availableParallelism();

/** @param results the first is what the others are compared with */
export function workersTable(results: WorkersResult[]): string {
  const rate = ({ rows, seconds }: WorkersResult) => rows / seconds;
  const names = Object.keys(results[0]!.cpu);
  return markdownTable([
    [
      'workers',
      'seconds',
      'rows/s',
      'times the first',
      ...names.map((name) => `CPU s: ${name}`),
      `busy cores of ${CORES}`,
    ],
    ...results.map((result) => [
      `${result.workers}`,
      result.seconds.toFixed(1),
      whole(rate(result)),
      ratio(rate(result), rate(results[0]!)),
      ...names.map((name) => result.cpu[name]!.toFixed(1)),
      (total(result.cpu) / result.seconds).toFixed(2),
    ]),
  ]);
}

/** What receiving one file costs, whichever process ingests it. */
export function receivingLine(results: WorkersResult[]): string {
  const names = Object.keys(results[0]!.received);
  const seconds = medianParts(results.map(({ received }) => received));
  return `Receiving one file takes, in CPU seconds: ${names.map((name) => `${name} ${seconds[name]!.toFixed(2)}`).join(', ')}.`;
}

export function apisTable(results: ApisResult[]): string {
  const names = Object.keys(results[0]!.cpu);
  return markdownTable([
    ['', 'req/s', 'p50 ms', 'p99 ms', ...names.map((name) => `CPU ms: ${name}`), `busy cores of ${CORES}`],
    ...results.map(({ scenario, setUp, perSecond, p50, p99, cpu, cores }) => [
      `${scenario}: ${setUp}`,
      whole(perSecond),
      p50.toFixed(1),
      p99.toFixed(1),
      ...names.map((name) => cpu[name]!.toFixed(3)),
      cores.toFixed(2),
    ]),
  ]);
}
