import { markdownTable, ratio, whole } from '../measure/report.js';
import type { Measured, RoundOptions } from '../measure/rounds.js';
import type { Scenario } from './scenarios.js';

export interface Comparison {
  scenario: Scenario;
  service: Measured;
  ceiling: Measured;
}

const HEAD = [
  '',
  'req/s',
  'p50 ms',
  'p99 ms',
  'cores',
  'CPU ms a request',
  'of the bare handler, req/s',
  'per CPU second',
];

export const headline = ({ rounds, seconds, connections }: RoundOptions): string =>
  `${connections} connections, median of ${rounds} rounds of ${seconds} s each, service and bare handler in turns, one process each; CPU is that of the process, without PostgreSQL and Redis.`;

export const table = (comparisons: Comparison[]): string =>
  markdownTable([
    HEAD,
    ...comparisons.flatMap(({ scenario, service, ceiling }) => [
      [
        scenario.name,
        ...figures(service),
        ratio(service.perSecond, ceiling.perSecond),
        ratio(service.perCpuSecond, ceiling.perCpuSecond),
      ],
      [`bare: ${scenario.ceiling}`, ...figures(ceiling), '', ''],
    ]),
  ]);

const figures = ({ perSecond, p50, p99, cores, perCpuSecond }: Measured): string[] => [
  whole(perSecond),
  p50.toFixed(1),
  p99.toFixed(1),
  cores?.toFixed(2) ?? '-',
  perCpuSecond === undefined ? '-' : (1000 / perCpuSecond).toFixed(3),
];
