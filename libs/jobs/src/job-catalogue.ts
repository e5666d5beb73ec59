import { z } from 'zod';

/** Bull's queues. Jobs that must not wait for each other have different queues, because Bull adds up the concurrency of all names in one queue. */
export const QUEUES = {
  mail: 'mail',
  ingest: 'ingest',
  ingestSmall: 'ingest-small',
  maintenance: 'maintenance',
  indexing: 'indexing',
} as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

export interface JobKind<Payload extends z.ZodType = z.ZodType> {
  /** What the job does, and what is missing when it is dead; for docs/jobs.md. */
  does: string;
  whenDead: string;
  queue: QueueName;
  /** Ids and small facts, never content. It is parsed when the job is handled, because an older release may have written it. */
  payload: Payload;
  /** After this many failed attempts the job is dead. Its row stays in the outbox for operators. */
  attempts: number;
  /** Wait after the first failure. It doubles with each further failure, up to an hour. */
  backoffMs: number;
  /** How many jobs of this name one worker handles at a time, or the variable with that number. */
  concurrency: number | 'INGEST_CONCURRENCY';
}

const job = <Payload extends z.ZodType>(kind: JobKind<Payload>) => kind;
const id = z.uuid();

/** All jobs. A new job needs an entry here and a `@HandlesJob` method in a processor of its queue; without the method, the worker does not start. */
export const jobCatalogue = {
  // 16 attempts from 5 s on take some six hours: a mail server may be away over night.
  'mail.send': job({
    does: 'Sends one mail.',
    whenDead: 'The mail is not sent. What it tells of has happened.',
    queue: QUEUES.mail,
    payload: z.object({ mail_id: id }),
    attempts: 16,
    backoffMs: 5_000,
    concurrency: 5,
  }),
  // The address and not an id: whether it has an account is found out by the worker, so that the request does the same for any address.
  'users.password-reset': job({
    does: 'Adds the mail with which somebody chooses a new password, if the address has an account.',
    whenDead: 'No mail is sent; the person can ask again.',
    queue: QUEUES.mail,
    payload: z.object({ email: z.string() }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 1,
  }),
  'csv.ingest': job({
    does: 'Turns the file of an upload into rows.',
    whenDead: 'The upload is `failed` with `internal_error`, and keeps its file; its rows are purged.',
    queue: QUEUES.ingest,
    payload: z.object({ upload_id: id }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 'INGEST_CONCURRENCY',
  }),
  'csv.ingest-small': job({
    does: 'The same for a file of at most `INGEST_SMALL_BYTES`, so that it does not wait for big ones.',
    whenDead: 'The same.',
    queue: QUEUES.ingestSmall,
    payload: z.object({ upload_id: id }),
    attempts: 10,
    backoffMs: 1_000,
    concurrency: 4,
  }),
  'csv.purge': job({
    does: 'Removes the rows, the rejects and the file that an upload leaves behind.',
    whenDead: 'They stay on the disk; nobody can read them any more. `sweep-orphans` removes files and own tables.',
    queue: QUEUES.maintenance,
    payload: z.object({ upload_id: id, rows_table: z.string(), storage_key: z.string().nullable() }),
    attempts: 20,
    backoffMs: 1_000,
    concurrency: 1,
  }),
  'csv.index': job({
    does: 'Builds an index that a query needs.',
    whenDead: 'Queries go on without the index.',
    queue: QUEUES.indexing,
    payload: z.object({ upload_id: id, kind: z.string(), column_key: z.string() }),
    attempts: 5,
    backoffMs: 2_000,
    concurrency: 1,
  }),
  'csv.index-drop': job({
    does: 'Removes an index that is not needed any more.',
    whenDead: 'The index stays and takes room on the disk.',
    queue: QUEUES.indexing,
    payload: z.object({ index_name: z.string() }),
    attempts: 10,
    backoffMs: 2_000,
    concurrency: 1,
  }),
  'csv.profile': job({
    does: 'Makes the statistics of the columns of an upload.',
    whenDead: 'The next request for `columns/` asks for it again.',
    queue: QUEUES.indexing,
    payload: z.object({ upload_id: id }),
    attempts: 5,
    backoffMs: 2_000,
    concurrency: 1,
  }),
} satisfies Record<string, JobKind>;

export type JobName = keyof typeof jobCatalogue;
export type PayloadOf<N extends JobName> = z.infer<(typeof jobCatalogue)[N]['payload']>;
export type CsvPurgePayload = PayloadOf<'csv.purge'>;
export type CsvIndexPayload = PayloadOf<'csv.index'>;

export const jobNames = Object.keys(jobCatalogue) as JobName[];

const MAX_BACKOFF_MS = 3_600_000;

/** Milliseconds before the next attempt, after `attempt` attempts (from 1): exponential, at most an hour. */
export const backoffMs = (kind: JobKind, attempt: number): number =>
  Math.min(kind.backoffMs * 2 ** (attempt - 1), MAX_BACKOFF_MS);
