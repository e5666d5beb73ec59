import { lostLogLines } from '@app/logging';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const registry = new Registry();
const registers = [registry];
collectDefaultMetrics({ register: registry });

export const METRICS_CONTENT_TYPE = registry.contentType;

/** What this process has counted, in Prometheus' text format. */
export const metricsText = (): Promise<string> => registry.metrics();

/** In seconds, from a cached answer to a scan of a million rows. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** In seconds, from a file of ten rows to one of ten million. */
const WORK_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

/**
 * All metrics of the service, in base units and without ids as labels. Each process has all of them; what only the other process does
 * stays 0.
 */
export const metrics = {
  requests: new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: REQUEST_BUCKETS,
    registers,
  }),
  uploads: new Counter({
    name: 'csv_uploads_total',
    help: 'Uploads that were received, refused, completed, failed or cancelled.',
    labelNames: ['outcome'] as const,
    registers,
  }),
  receivedBytes: new Counter({
    name: 'csv_received_bytes_total',
    help: 'Bytes of files that were received.',
    registers,
  }),
  ingestedBytes: new Counter({ name: 'csv_ingested_bytes_total', help: 'Bytes of completed uploads.', registers }),
  ingestedRows: new Counter({ name: 'csv_ingested_rows_total', help: 'Rows of completed uploads.', registers }),
  rejects: new Counter({ name: 'csv_rejects_total', help: 'Rejected records of uploads that have ended.', registers }),
  ingestSeconds: new Histogram({
    name: 'csv_ingest_duration_seconds',
    help: 'Time from the start of an ingest to its end, by outcome.',
    labelNames: ['outcome'] as const,
    buckets: WORK_BUCKETS,
    registers,
  }),
  indexBuilds: new Histogram({
    name: 'csv_index_build_duration_seconds',
    help: 'Time that the build of an index took, without waiting for its turn.',
    buckets: WORK_BUCKETS,
    registers,
  }),
  scans: new Gauge({
    name: 'csv_scans',
    help: 'Scans of big uploads that run, and that wait for their turn.',
    labelNames: ['state'] as const,
    registers,
  }),
  rowReads: new Counter({
    name: 'csv_row_reads_total',
    help: 'Reads of rows by the server that answered them: primary or replica.',
    labelNames: ['server'] as const,
    registers,
  }),
  eventStreams: new Gauge({ name: 'csv_event_streams', help: 'Open streams of upload events.', registers }),
  mails: new Counter({
    name: 'mails_total',
    help: 'Mails by what came of the attempt to send them: sent, refused for good, or failed for now.',
    labelNames: ['outcome'] as const,
    registers,
  }),
  cacheReads: new Counter({
    name: 'cache_reads_total',
    help: 'Reads of cached answers by outcome: HIT, MISS or BYPASS.',
    labelNames: ['outcome'] as const,
    registers,
  }),
  jobs: new Gauge({
    name: 'jobs',
    help: 'Jobs in the outbox by queue, name and state: waiting or dead.',
    // Not `job`: Prometheus gives that label to what it reads, and would rename ours.
    labelNames: ['queue', 'name', 'state'] as const,
    registers,
  }),
  oldestJob: new Gauge({
    name: 'jobs_oldest_due_seconds',
    help: 'How long the oldest job of a queue has been due without a worker that runs it; 0 without such a job.',
    labelNames: ['queue'] as const,
    registers,
  }),
  pool: new Gauge({
    name: 'database_pool_connections',
    help: 'Connections of this process to PostgreSQL that are in use or idle, and requests that wait for one.',
    labelNames: ['state'] as const,
    registers,
  }),
  diskFree: new Gauge({ name: 'storage_free_bytes', help: 'Free bytes on the disk of the uploaded files.', registers }),
};

new Counter({
  name: 'log_lines_lost_total',
  help: 'Lines of the log that could not be written, for example because the disk was full.',
  registers,
  collect() {
    this.reset();
    this.inc(lostLogLines());
  },
});

// A counter that has never moved is 0, and not absent: an alert on its rate needs the first step.
for (const outcome of ['received', 'refused', 'completed', 'failed', 'cancelled']) metrics.uploads.inc({ outcome }, 0);
for (const outcome of ['sent', 'refused', 'failed']) metrics.mails.inc({ outcome }, 0);
for (const outcome of ['HIT', 'MISS', 'BYPASS']) metrics.cacheReads.inc({ outcome }, 0);
for (const server of ['primary', 'replica']) metrics.rowReads.inc({ server }, 0);
for (const state of ['running', 'waiting']) metrics.scans.set({ state }, 0);
