import { z } from 'zod';

/** Bull queues. Those that must not wait for each other are apart: Bull adds up the concurrency of all names in one queue. */
export const QUEUES = {
  mail: 'mail',
  ingest: 'ingest',
  ingestSmall: 'ingest-small',
  maintenance: 'maintenance',
  indexing: 'indexing',
} as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

export interface JobKind<Payload extends z.ZodType = z.ZodType> {
  queue: QueueName;
  /** Parsed when the job is handled: an older release may have written it. Ids and small facts, never content. */
  payload: Payload;
  /** Handled at most so often; then the job is dead and stays in the outbox to be seen. */
  attempts: number;
  /** Wait after the first failure; it doubles with each further one, up to an hour. */
  backoffMs: number;
  /** Jobs of this name that one worker handles at a time, or the variable that says so. */
  concurrency: number | 'INGEST_CONCURRENCY';
}

const job = <Payload extends z.ZodType>(kind: JobKind<Payload>) => kind;
const id = z.uuid();

/** Every job there is. Adding one here and a `@HandlesJob` in a processor is all it takes; boot fails without the second. */
export const jobCatalogue = {
  // 16 attempts from 5 s on last some six hours: a mail server may be away over night.
  'mail.send': job({
    queue: QUEUES.mail,
    payload: z.object({ mail_id: id }),
    attempts: 16,
    backoffMs: 5_000,
    concurrency: 5,
  }),
  'csv.ingest': job({
    queue: QUEUES.ingest,
    payload: z.object({ upload_id: id }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 'INGEST_CONCURRENCY',
  }),
  'csv.ingest-small': job({
    queue: QUEUES.ingestSmall,
    payload: z.object({ upload_id: id }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 4,
  }),
  'csv.purge': job({
    queue: QUEUES.maintenance,
    payload: z.object({ upload_id: id, rows_table: z.string(), storage_key: z.string().nullable() }),
    attempts: 20,
    backoffMs: 1_000,
    concurrency: 1,
  }),
  'csv.index': job({
    queue: QUEUES.indexing,
    payload: z.object({ upload_id: id, kind: z.string(), column_key: z.string() }),
    attempts: 5,
    backoffMs: 2_000,
    concurrency: 1,
  }),
  'csv.profile': job({
    queue: QUEUES.indexing,
    payload: z.object({ upload_id: id }),
    attempts: 5,
    backoffMs: 2_000,
    concurrency: 1,
  }),
} satisfies Record<string, JobKind>;

export type JobName = keyof typeof jobCatalogue;
export type PayloadOf<N extends JobName> = z.infer<(typeof jobCatalogue)[N]['payload']>;

export const jobNames = Object.keys(jobCatalogue) as JobName[];

const LONGEST_BACKOFF_MS = 3_600_000;

/** Wait before the next attempt, `attempt` counting those already made from 1. Exponential, capped at an hour. */
export const backoffMs = (kind: JobKind, attempt: number): number =>
  Math.min(kind.backoffMs * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
