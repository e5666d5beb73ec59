import { markdownTable, ratio, whole } from '../measure/report.js';
import { median } from '../measure/statistics.js';
import type { Case } from './cases.js';
import type { Cost } from './meter.js';

/** The rounds of one case. */
export interface Result {
  set: string;
  measured: Case;
  /** Of the file. */
  bytes: number;
  copies: Cost[];
  ingests: Cost[];
}

const HEAD = [
  '',
  'rows/s',
  'MB/s',
  'of COPY',
  'seconds; COPY',
  'PostgreSQL CPU s; COPY',
  'worker CPU s',
  'worker MB',
  'table of COPY',
  'WAL of COPY',
];

/** Medians of the rounds; the memory is the peak of all rounds. */
export const ingestTable = (results: Result[]): string => markdownTable([HEAD, ...results.map(lineOf)]);

function lineOf({ set, measured, bytes, copies, ingests }: Result): string[] {
  const { rows, atOnce, into } = measured;
  const medianOf = (costs: Cost[], figure: (cost: Cost) => number) => median(costs.map(figure));
  const both = (figure: (cost: Cost) => number) => [medianOf(ingests, figure), medianOf(copies, figure)] as const;
  const [seconds, copySeconds] = both((cost) => cost.seconds);
  const [cpu, copyCpu] = both((cost) => cost.postgresCpu);
  return [
    `${set}: ${whole(rows)} rows, ${(bytes / 1e6).toFixed(0)} MB${atOnce > 1 ? `, ${atOnce} at once` : ''}${into > 0 ? `, behind ${whole(into)} rows` : ''}`,
    whole((atOnce * rows) / seconds),
    ((atOnce * bytes) / 1e6 / seconds).toFixed(0),
    ratio(copySeconds, seconds),
    `${seconds.toFixed(2)}; ${copySeconds.toFixed(2)}`,
    `${cpu.toFixed(1)}; ${copyCpu.toFixed(1)}`,
    medianOf(ingests, ({ worker }) => worker!.cpu).toFixed(1),
    Math.max(...ingests.map(({ worker }) => worker!.megabytes)).toFixed(0),
    ratio(...both((cost) => cost.tableBytes)),
    ratio(...both((cost) => cost.walBytes)),
  ];
}

/** One round, as it is shown while the benchmark runs. */
export function costLine({ seconds, postgresCpu, walBytes, tableBytes, worker }: Cost): string {
  return [
    `${seconds.toFixed(2)} s`,
    `CPU ${postgresCpu.toFixed(1)} s in PostgreSQL`,
    ...(worker ? [`${worker.cpu.toFixed(1)} s in the worker`, `${worker.megabytes.toFixed(0)} MB at most`] : []),
    `table ${(tableBytes / 1e6).toFixed(0)} MB`,
    `WAL ${(walBytes / 1e6).toFixed(0)} MB`,
  ].join(', ');
}
