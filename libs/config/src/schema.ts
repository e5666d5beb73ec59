import { z } from 'zod';
import {
  choice,
  mailSender,
  optionalRedisUrl,
  optionalStorageUrl,
  optionalText,
  optionalUrl,
  optionalWhole,
  origins,
  proxies,
  redisUrl,
  text,
  url,
  whole,
} from './variable.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** The headings of `.env.example` and the variables under each. */
const sections = {
  'The two processes': {
    NODE_ENV: choice(['development', 'production', 'test'], 'development', 'The environment this process runs in.'),
    HOST: text('0.0.0.0', 'Address that the api listens on.'),
    PORT: whole(3000, { min: 0, max: 65535 }, 'Port that the api listens on; 0 for any free port.'),
    DATA_DIR: text(
      '.data',
      'Folder for uploaded files, unless STORAGE_URL is set, and for mails, when SMTP_URL is not set.',
    ),
    PUBLIC_URL: optionalUrl(
      ['http:', 'https:'],
      'Public address of the api, for links in mails. If not set, mails contain paths only.',
    ),
    LOG_LEVEL: choice(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'info',
      'Lowest level that is logged.',
    ),
    LOG_FILE: optionalText(
      'File that the log is appended to; standard output if not set. When it is renamed, a new one is begun within a second. `npm start` sets it.',
    ),
    LOG_ROTATE_BYTES: whole(
      20 * MiB,
      { min: 10_000 },
      'Size at which `npm start` renames a log file in DATA_DIR/logs, in bytes.',
    ),
    LOG_ROTATE_KEEP: whole(5, { min: 1, max: 1_000 }, 'How many renamed files of each log `npm start` keeps.'),
    METRICS_TOKEN: optionalText(
      'Bearer token with which other machines may read GET /metrics. If not set, only this machine may.',
      true,
    ),
    WORKER_METRICS_PORT: optionalWhole(
      { min: 0 },
      'Port on which the worker serves GET /metrics; 0 for any free port. If not set, the worker opens no port.',
    ),
    OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl(
      ['http:', 'https:'],
      'Address of a collector of OpenTelemetry that takes OTLP over HTTP, such as http://localhost:4318. If not set, nothing is traced.',
    ),
    SHUTDOWN_TIMEOUT_MS: whole(
      8_000,
      { min: 100 },
      'Time that a stopping process has to finish its requests and jobs, in milliseconds. It exits at most 2 s later.',
    ),
  },
  PostgreSQL: {
    DATABASE_URL: url(
      ['postgres:', 'postgresql:'],
      'postgres://postgres@127.0.0.1:5432/postgres',
      'PostgreSQL 17 or newer.',
    ),
    DATABASE_DIRECT_URL: optionalUrl(
      ['postgres:', 'postgresql:'],
      'The same database without PgBouncer in between, for migrations, which need a session of their own. If not set, DATABASE_URL.',
    ),
    DATABASE_READ_URL: optionalUrl(
      ['postgres:', 'postgresql:'],
      'A streaming standby of DATABASE_URL, where the api reads rows of completed uploads that it has replayed; all other reads, and those that it cannot answer, go to DATABASE_URL. Not through PgBouncer in transaction mode.',
    ),
    DATABASE_POOL_SIZE: whole(10, { min: 2, max: 1000 }, 'Most connections that one process opens.'),
    DATABASE_CONNECT_TIMEOUT_MS: whole(
      3_000,
      { min: 100 },
      'How long a request waits for a connection before it is answered with 503, in milliseconds.',
    ),
    DATABASE_STATEMENT_TIMEOUT_MS: whole(
      30_000,
      { min: 0 },
      'Longest time a statement of an ordinary request may run, in milliseconds; 0 for no limit.',
    ),
    DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: whole(
      30_000,
      { min: 0 },
      'PostgreSQL ends a transaction that is idle for this long, in milliseconds.',
    ),
    DATABASE_SETTINGS: choice(
      ['connection', 'role'],
      'connection',
      'Where a session gets its settings from (see libs/database/src/server-settings.ts): `connection` sends them when it connects; `role` expects them on the role, which PgBouncer in transaction mode needs.',
    ),
    DATABASE_PREPARED_STATEMENTS: choice(
      ['on', 'off'],
      'on',
      'Prepares frequent statements by name, at most 100 per connection. Turn it off behind PgBouncer in transaction mode before version 1.21.',
    ),
  },
  Redis: {
    REDIS_URL: redisUrl(
      'redis://127.0.0.1:6379',
      'Redis for the queues: redis://, rediss:// (TLS), unix://, redis+sentinel://host/name?node=host or redis+cluster://host?node=host. Its maxmemory-policy must be noeviction.',
    ),
    CACHE_REDIS_URL: optionalRedisUrl('Redis for the cache and the rate limits. If not set, REDIS_URL is used.'),
    REDIS_PREFIX: text('app', 'Prefix of every key, so that several installations can share one Redis.'),
    DEFAULT_CACHE_TTL: whole(60_000, { min: 1 }, 'Longest time an answer stays in the cache, in milliseconds.'),
  },
  'Storage of uploaded files': {
    STORAGE_URL: optionalStorageUrl(
      'Where uploaded files are stored: file:///folder, which the api and all workers share, or s3://bucket/prefix. With ?endpoint=https://host behind it, a server other than AWS that speaks the protocol of S3. If not set, DATA_DIR/uploads.',
    ),
    AWS_REGION: optionalText('Region of the bucket.'),
    AWS_ACCESS_KEY_ID: optionalText(
      'Key for the bucket. If not set, the usual places are looked at: ~/.aws, and what a container or machine of AWS is given.',
      true,
    ),
    AWS_SECRET_ACCESS_KEY: optionalText('The secret of this key.', true),
    AWS_SESSION_TOKEN: optionalText('The token of a temporary key.', true),
  },
  Mail: {
    SMTP_URL: optionalUrl(['smtp:', 'smtps:'], 'Mail server. If not set, mails are written to DATA_DIR/mail/*.eml.'),
    MAIL_FROM: mailSender('Task Service <no-reply@localhost>', 'Sender of every mail.'),
    MAIL_KEEP_DAYS: whole(30, { min: 1 }, 'How many days the record of a sent mail is kept.'),
  },
  Accounts: {
    TOKEN_TTL: whole(30 * 24 * 3600, { min: 1 }, 'Lifetime of a bearer token, in seconds.'),
    PASSWORD_HASH_MEMORY_KIB: whole(
      19_456,
      { min: 1024 },
      'Memory for one argon2id hash, in KiB (OWASP recommends 19 MiB with two passes).',
    ),
    UV_THREADPOOL_SIZE: whole(
      4,
      { min: 1, max: 1024 },
      "Threads of Node for files, name look-ups and password hashes. At most half of them hash at the same time. Node reads it from the process's own environment, not from .env.",
    ),
  },
  HTTP: {
    CORS_ORIGINS: origins(
      'Origins that browsers may call the api from, separated by commas; * for any, empty for none.',
    ),
    TRUST_PROXY: proxies(
      'Addresses or networks of the proxies whose X-Forwarded-For is trusted, or a number of hops; empty for none.',
    ),
    BODY_LIMIT_BYTES: whole(
      256 * KiB,
      { min: KiB },
      'Largest JSON body, in bytes. Bodies of accounts have at most 16 KiB, bodies of tasks and uploads at most 64 KiB.',
    ),
    BODY_TIMEOUT_MS: whole(30_000, { min: 100 }, 'How long a client may take to send a JSON body, in milliseconds.'),
    ANSWER_IDLE_TIMEOUT_MS: whole(
      120_000,
      { min: 100 },
      'An answer is ended when its client takes nothing of it for this long, in milliseconds. A client that reads slowly is served to the end.',
    ),
    LONG_ANSWERS_PER_USER: whole(
      8,
      { min: 1 },
      'Most pages of rows, lists and files that one user receives at the same time from one api process; further requests for them wait, at most two minutes.',
    ),
    RATE_LIMIT: choice(['on', 'off'], 'on', 'Turns all rate limits on or off; off is for load tests.'),
    RATE_LIMIT_USER: whole(1_200, { min: 1 }, 'Requests per minute of one user.'),
    RATE_LIMIT_ADDRESS: whole(
      6_000,
      { min: 1 },
      'Requests per minute from one address (an IPv6 /64 counts as one). Behind a proxy, set TRUST_PROXY too; else all clients share this limit.',
    ),
    RATE_LIMIT_LOGIN_ACCOUNT: whole(
      200,
      { min: 1 },
      'Login attempts per minute for one account, from all addresses together. 200 per minute are 288,000 guesses a day, far too few to find a password that this service accepts.',
    ),
    RATE_LIMIT_LOGIN_ACCOUNT_ADDRESS: whole(
      20,
      { min: 1 },
      'Login attempts per minute for one account from one address. A stranger who guesses uses up this limit, and not the one of the owner, who has another address.',
    ),
    RATE_LIMIT_LOGIN_ADDRESS: whole(60, { min: 1 }, 'Login attempts per minute from one address.'),
    RATE_LIMIT_REGISTER_ACCOUNT: whole(10, { min: 1 }, 'Registration attempts per minute for one e-mail address.'),
    RATE_LIMIT_REGISTER_ADDRESS: whole(30, { min: 1 }, 'Registration attempts per minute from one address.'),
    RATE_LIMIT_RESET_ACCOUNT: whole(3, { min: 1 }, 'Requests per minute for a password reset of one e-mail address.'),
    RATE_LIMIT_RESET_ADDRESS: whole(
      30,
      { min: 1 },
      'Password resets that are asked for or confirmed per minute from one address.',
    ),
    IDEMPOTENCY_TTL: whole(24 * 3600, { min: 1 }, 'How long the answer to an Idempotency-Key is kept, in seconds.'),
    IDEMPOTENCY_LOCK_MS: whole(
      60_000,
      { min: 1 },
      'How long an Idempotency-Key stays locked after the process that handled its request died, in milliseconds. A later retry runs the request again.',
    ),
    ADMIN_PASSWORD: optionalText(
      'Password of the queue dashboard at /admin/queues (user: admin). If not set, there is no dashboard.',
      true,
    ),
  },
  Jobs: {
    JOBS_LEASE_MS: whole(
      30_000,
      { min: 200 },
      'How long a job is reserved for its worker, in milliseconds. A worker renews this while it runs the job; when it does not, another worker takes the job.',
    ),
    JOBS_SWEEP_MS: whole(
      5_000,
      { min: 50 },
      'How often the service looks for jobs that lost their worker or their entry in Redis, in milliseconds.',
    ),
    WORKER_HEARTBEAT_MS: whole(
      5_000,
      { min: 50 },
      'How often a worker writes its heartbeat, in milliseconds. It counts as down after three missed heartbeats.',
    ),
  },
  CSV: {
    MAX_UPLOAD_BYTES: whole(512 * MiB, { min: 1 }, 'Largest CSV file, in bytes.'),
    INGEST_SMALL_BYTES: whole(
      4 * MiB,
      { min: 0 },
      'Files up to this size, in bytes, are ingested from a separate queue, so that they do not wait for big ones.',
    ),
    OWN_TABLE_BYTES: whole(
      32 * MiB,
      { min: 0 },
      'The rows of a file over this size, in bytes, are stored in a separate table; so are those of a file that has more than one row for every 64 of these bytes.',
    ),
    INGEST_CONCURRENCY: whole(2, { min: 1, max: 64 }, 'How many big files one worker ingests at the same time.'),
    INGEST_CONNECTIONS: whole(3, { min: 1, max: 32 }, 'How many database connections one ingest writes through.'),
    INGEST_BATCH_ROWS: whole(
      10_000,
      { min: 1, max: 100_000 },
      'Records per commit; a commit also ends at 4 MiB of records.',
    ),
    UPLOAD_IDLE_TIMEOUT_MS: whole(
      60_000,
      { min: 100 },
      'An upload is aborted when its client sends nothing for this long, in milliseconds.',
    ),
    UPLOAD_MIN_BYTES_PER_SECOND: whole(
      1_000,
      { min: 0 },
      'An upload is aborted when its client sends less than this on average over UPLOAD_IDLE_TIMEOUT_MS, in bytes per second; 0 for no limit.',
    ),
    UPLOADS_PER_USER: whole(
      8,
      { min: 1 },
      'Most files that one user sends at the same time to one api process; the others wait before their body is read.',
    ),
    EVENT_STREAMS_PER_USER: whole(
      20,
      { min: 1 },
      'Most streams of upload events that one user has open at the same time at one api process.',
    ),
    ROWS_QUERY_TIMEOUT_MS: whole(
      20_000,
      { min: 100 },
      'Longest time a request for rows, or a search in tasks, may take before it is answered with 503, in milliseconds. Waiting for other scans or searches counts.',
    ),
    COUNT_TIMEOUT_MS: whole(
      1_500,
      { min: 1 },
      'How long counting the rows that match a filter may take, in milliseconds. After that the answer contains an estimate and is marked as such.',
    ),
    SCAN_LIMIT: whole(
      2,
      { min: 1, max: 64 },
      'How many big uploads one api process scans at the same time, where no index fits a query.',
    ),
    SCAN_LIMIT_PER_USER: whole(
      1,
      { min: 1, max: 64 },
      'How many of these scans one user may run at the same time; further scans wait.',
    ),
    SCAN_WORKERS: whole(
      3,
      { min: 0, max: 64 },
      'Parallel workers of PostgreSQL per scan. max_parallel_workers of PostgreSQL limits all of them together.',
    ),
    INDEX_MAX_COUNT: whole(16, { min: 0 }, 'Most indexes that are built for queries on one big upload.'),
    INDEX_MAX_BYTES: whole(
      2 * 1024 * MiB,
      { min: 0 },
      'Most disk space that the indexes of one upload may use together, in bytes.',
    ),
    BACKGROUND_WAIT_MS: whole(
      60_000,
      { min: 0 },
      'Longest time that the build of an index or a profile waits for ingests and queued scans to end, in milliseconds.',
    ),
    BACKGROUND_WORKERS: whole(
      0,
      { min: 0, max: 64 },
      'Parallel workers of PostgreSQL for one such build. With 0 it uses one processor and leaves the others to requests; with four or more processors, 2 builds faster.',
    ),
    USER_QUOTA_BYTES: whole(
      0,
      { min: 0 },
      'Most bytes that the files of one user may have together; 0 for no limit. The rows take one to two times this space in addition. `npm run admin -- set-quota` gives one user another limit.',
    ),
    UPLOAD_TTL: whole(
      0,
      { min: 0 },
      'How long an upload is kept after it has completed, failed or been cancelled, in seconds; 0 for ever. Then its rows, rejects and file are deleted. Every worker looks once an hour.',
    ),
    STORAGE_RESERVE_BYTES: optionalWhole(
      { min: 0 },
      'Free space that uploads leave on the disks of the files and of DATABASE_DIR, in bytes: an upload that would need it is answered with 507, and an ingest that reaches it fails with storage_full. PostgreSQL cannot even start on a full disk. If not set: a tenth of the disk, at least 128 MiB (but not more than a quarter of the disk) and at most 1 GiB.',
    ),
    DATABASE_DIR: optionalText(
      'Folder of the data of PostgreSQL, if it is on this machine; `npm start` sets it. Room for rows and write-ahead log is checked on its disk. If not set, only the disk of the files is checked: watch the disk of PostgreSQL yourself.',
    ),
    STORAGE_SWEEP_MS: whole(
      60_000,
      { min: 100 },
      'How often the service looks for unfinished files of killed processes, in milliseconds. A file is deleted when it has not changed since the previous look.',
    ),
  },
};

/** Every section with its variables, for `.env.example`. */
export const configSections: Record<string, Record<string, z.ZodType>> = sections;

export const configSchema = z.object({
  ...sections['The two processes'],
  ...sections.PostgreSQL,
  ...sections.Redis,
  ...sections['Storage of uploaded files'],
  ...sections.Mail,
  ...sections.Accounts,
  ...sections.HTTP,
  ...sections.Jobs,
  ...sections.CSV,
});

/** The whole configuration. Each key is the name of its environment variable. */
export type Config = Readonly<z.infer<typeof configSchema>>;
