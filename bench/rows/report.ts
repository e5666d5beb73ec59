import { markdownTable, ratio, whole } from '../measure/report.js';
import type { Measured } from '../measure/rounds.js';
import { DUCKDB_THREADS } from './duckdb.js';
import type { Exported } from './exports.js';
import { type Fairness, SEARCHERS } from './fairness.js';
import type { BesideBuilds } from './indexes.js';
import type { Latency } from './latency.js';
import type { Aim, Question } from './questions.js';

export interface Answered {
  question: Question;
  /** Rows in all, `~` behind an estimate; empty where they are not counted. */
  total: string;
  unindexed: Latency;
  indexed: Latency;
  /** Of many clients at once, indexed; undefined where it is not measured. */
  many: Latency | undefined;
  duckdb: Latency;
  /** False when an index for the query was not built in time. */
  isIndexed: boolean;
}

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const pair = ({ p50, p95, failures }: Latency): string =>
  `${ms(p50)} / ${ms(p95)}${failures > 0 ? ` (${failures} failed)` : ''}`;

export const misses = ({ p50, p95, failures }: Latency, aim: Aim): boolean =>
  failures > 0 || p50 > (aim.p50 ?? Number.POSITIVE_INFINITY) || p95 > (aim.p95 ?? Number.POSITIVE_INFINITY);

/** Bold where it misses its aim. */
const against = (latency: Latency, aim: Aim): string => (misses(latency, aim) ? `**${pair(latency)}**` : pair(latency));

export const answersTable = (answers: Answered[], clients: number): string =>
  markdownTable([
    [
      'p50 / p95 in ms',
      'rows',
      'no index yet',
      'with its index',
      `${clients} clients`,
      'pages/s',
      `DuckDB, ${DUCKDB_THREADS} threads`,
    ],
    ...answers.map(({ question, total, unindexed, indexed, many, duckdb, isIndexed }) => [
      `${question.name}${isIndexed ? '' : ' (index not ready in time)'}`,
      total,
      against(unindexed, question.aims.unindexed),
      against(indexed, question.aims.indexed),
      many ? pair(many) : '-',
      many ? whole(many.perSecond) : '-',
      pair(duckdb),
    ]),
  ]);

export interface BuiltIndexRow {
  kind: string;
  column_key: string;
  status: string;
  megabytes: string | null;
  seconds: string | null;
}

export const indexesTable = (indexes: BuiltIndexRow[]): string =>
  markdownTable([
    ['index', 'MB', 'seconds'],
    ...indexes.map(({ kind, column_key, status, megabytes, seconds }) => [
      `${kind} ${column_key || '(all columns)'}${status === 'ready' ? '' : `, ${status}`}`,
      megabytes ?? '-',
      seconds ?? '-',
    ]),
  ]);

export const exportsTable = (exports: Exported[]): string =>
  markdownTable([
    ['export', 'rows/s', 'MB/s', 'RSS before, MB', 'at most'],
    ...exports.map(({ what, rowsPerSecond, megabytesPerSecond, rssBefore, rssMost }) => [
      what,
      rowsPerSecond === undefined ? '-' : whole(rowsPerSecond),
      megabytesPerSecond.toFixed(1),
      rssBefore.toFixed(0),
      rssMost.toFixed(0),
    ]),
  ]);

export const fairnessLine = ({ alone, beside, searches, refused }: Fairness): string =>
  `One client paging: ${pair(alone)} ms alone, ${pair(beside)} ms beside ${SEARCHERS} that search without an index (${searches} answered, ${refused} refused).`;

export function buildingLine({ idle, building, pages }: BesideBuilds): string {
  if (pages === 0) return `One client paging: ${pair(idle)} ms idle. No index was built meanwhile.`;
  const times = building.p95 / idle.p95;
  return `One client paging: ${pair(idle)} ms idle, ${pair(building)} ms while an index is built (${pages} pages); p95 is ${marked(times.toFixed(1), times > 2)} of the idle one's, aim at most 2.`;
}

const CEILING_AIM = 0.6;

export function ceilingTable({ service, ceiling }: { service: Measured; ceiling: Measured }, clients: number): string {
  const line = (what: string, { perSecond, p50, p99, perCpuSecond }: Measured, share: string) => [
    what,
    whole(perSecond),
    p50.toFixed(1),
    p99.toFixed(1),
    perCpuSecond === undefined ? '-' : (1000 / perCpuSecond).toFixed(2),
    share,
  ];
  const share = ratio(service.perCpuSecond, ceiling.perCpuSecond);
  return markdownTable([
    [
      `pages by number, ${clients} clients`,
      'pages/s',
      'p50 ms',
      'p99 ms',
      'CPU ms a page, with PostgreSQL',
      `per CPU second of the bare handler, aim ${CEILING_AIM}`,
    ],
    line('the service', service, marked(share, Number(share) < CEILING_AIM)),
    line('bare: Fastify, pg, one prepared statement', ceiling, ''),
  ]);
}

const marked = (text: string, isMiss: boolean): string => (isMiss ? `**${text}**` : text);
