import type { Exported } from './exports.js';
import type { Fairness } from './fairness.js';
import type { Latency } from './measure.js';
import type { Question } from './questions.js';

export interface Answered {
  question: Question;
  total: string;
  unindexed: Latency;
  indexed: Latency;
  indexedMany: Latency;
  /** False when an index for the query was not built in time. */
  isIndexed: boolean;
}

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const pair = (latency: Latency | undefined): string =>
  latency === undefined
    ? '-'
    : `${ms(latency.p50)} / ${ms(latency.p95)}${latency.failures > 0 ? ` (${latency.failures} failed)` : ''}`;
/** Marks a missed aim with `*`. */
const against = (latency: Latency, aim: number): string => `${pair(latency)}${latency.p95 > aim ? ' *' : ''}`;

export function answersTable(answers: Answered[], clients: number): string {
  const heads = ['p50 / p95 in ms', 'rows', 'no index', 'indexed', `${clients} clients`];
  return table([
    heads,
    ...answers.map(({ question: { name, aims }, total, unindexed, indexed, indexedMany, isIndexed }) => [
      `${name}${isIndexed ? '' : ' (index not built in time)'}`,
      total,
      against(unindexed, aims.unindexed),
      against(indexed, aims.indexed),
      pair(indexedMany),
    ]),
  ]);
}

export interface BuiltIndexRow {
  kind: string;
  column_key: string;
  status: string;
  megabytes: string | null;
  seconds: string | null;
}

export const indexesTable = (indexes: BuiltIndexRow[]): string =>
  table([
    ['index', 'MB', 'seconds'],
    ...indexes.map(({ kind, column_key, status, megabytes, seconds }) => [
      `${kind} ${column_key || '(all columns)'}${status === 'ready' ? '' : `, ${status}`}`,
      megabytes ?? '-',
      seconds ?? '-',
    ]),
  ]);

export const exportsTable = (exports: Exported[]): string =>
  table([
    ['export', 'rows/s', 'MB/s', 'RSS before, MB', 'at most'],
    ...exports.map(({ what, rowsPerSecond, megabytesPerSecond, rssBefore, rssMost }) => [
      what,
      rowsPerSecond.toFixed(0),
      megabytesPerSecond.toFixed(1),
      rssBefore.toFixed(0),
      rssMost.toFixed(0),
    ]),
  ]);

export const fairnessLine = ({ alone, beside, searches, refused }: Fairness): string =>
  `One client paging: ${pair(alone)} ms alone, ${pair(beside)} ms beside 16 that searched without an index (${searches} answered, ${refused} refused).`;

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
