import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { quantile } from '../measure/statistics.js';
import { type Gauge, gaugesOf, Series } from './gauges.js';
import { type Record, travel } from './journeys.js';

const READ_EVERY_MS = 2_000;
const LONGEST_REST_MS = 120_000;

export interface SoakedService {
  origin: string;
  databaseUrl: string;
  processes: { name: string; pid: number }[];
}

export interface SoakResult {
  record: Record;
  series: Series[];
  /** What the journeys left behind, though they deleted all of it. */
  left: string[];
  report: string;
}

/** Uses a service as people do, at a bounded rate, and watches its memory, connections and open files. */
export async function soak(
  service: SoakedService,
  load: { seconds: number; perSecond: number; atOnce: number },
): Promise<SoakResult> {
  const sql = await new DataSource({ type: 'postgres', url: service.databaseUrl, poolSize: 1 }).initialize();
  try {
    const series = [...service.processes.flatMap(({ name, pid }) => gaugesOf(name, pid)), connectionsTo(sql)].map(
      (gauge) => new Series(gauge),
    );
    const over = new AbortController();
    const watching = watch(series, over.signal);
    const record = await travel(service.origin, load).finally(() => over.abort());
    await watching;
    const left = await remains(sql);
    return { record, series, left, report: reportOf(record, series, left) };
  } finally {
    await sql.destroy();
  }
}

const connectionsTo = (sql: DataSource): Gauge => ({
  name: 'PostgreSQL, connections',
  unit: '',
  mostPerMinute: 1,
  read: async () =>
    (await sql.query('SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database()'))[0]
      .count,
});

async function watch(series: Series[], signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  while (!signal.aborted) {
    for (const one of series) await one.read((performance.now() - startedAt) / 60_000);
    await sleep(READ_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** Waits until all jobs are done. @returns what is left then */
async function remains(sql: DataSource): Promise<string[]> {
  const query = `
    SELECT 'jobs: ' || count(*) AS left FROM outbox HAVING count(*) > 0 UNION ALL
    SELECT 'uploads: ' || count(*) FROM csv_uploads HAVING count(*) > 0 UNION ALL
    SELECT 'rows: ' || count(*) FROM csv_rows HAVING count(*) > 0 UNION ALL
    SELECT 'batches: ' || count(*) FROM csv_batches HAVING count(*) > 0 UNION ALL
    SELECT 'tables: ' || count(*) FROM pg_class WHERE relnamespace = 'csv_parts'::regnamespace AND relkind = 'r' HAVING count(*) > 0 UNION ALL
    SELECT 'unsent mails: ' || count(*) FROM mails WHERE sent_at IS NULL HAVING count(*) > 0`;
  let left: string[] = [];
  for (const end = Date.now() + LONGEST_REST_MS; Date.now() < end; await sleep(500)) {
    left = (await sql.query(query)).map((row: { left: string }) => row.left);
    if (left.length === 0) return [];
  }
  return left;
}

function reportOf(
  { milliseconds, faults, journeys, repeated, uploads, rows }: Record,
  series: Series[],
  left: string[],
): string {
  const figure = (share: number) => `${quantile(milliseconds, share).toFixed(0)} ms`;
  return [
    `${journeys} journeys, ${milliseconds.length} requests, ${uploads} uploads, ${rows} rows; ${repeated} requests came again after a 503`,
    `p50 ${figure(0.5)}, p99 ${figure(0.99)}, longest ${figure(1)}`,
    ...series.map(String),
    `left behind: ${left.join(', ') || 'nothing'}`,
    `faults: ${faults.length === 0 ? 'none' : `${faults.length}\n${faults.slice(0, 20).join('\n')}`}`,
  ].join('\n');
}
