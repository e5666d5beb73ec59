import { z } from 'zod';
import { choice, mailbox, optionalText, optionalUrl, origins, proxies, text, url, whole } from './variable.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A heading of `.env.example`, and the variables under it. */
const sections = {
  'The two processes': {
    NODE_ENV: choice(['development', 'production', 'test'], 'development', 'Which kind of run this is.'),
    HOST: text('0.0.0.0', 'Address the api listens on.'),
    PORT: whole(3000, { min: 0, max: 65535 }, 'Port the api listens on; 0 takes any free one.'),
    DATA_DIR: text('.data', 'Folder for uploaded files and, without SMTP_URL, for mails.'),
    PUBLIC_URL: optionalUrl(
      ['http:', 'https:'],
      'Where clients reach the api, for mails. Unset: mails name paths only.',
    ),
    LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'How much is logged.'),
    SHUTDOWN_TIMEOUT_MS: whole(
      8_000,
      { min: 100 },
      'How long a stopping process may take to finish what it is doing; closing may take 2 s more.',
    ),
  },
  PostgreSQL: {
    DATABASE_URL: url(
      ['postgres:', 'postgresql:'],
      'postgres://postgres@127.0.0.1:5432/postgres',
      'PostgreSQL 17 or newer.',
    ),
    DATABASE_POOL_SIZE: whole(10, { min: 2, max: 1000 }, 'Connections each process keeps at most.'),
    DATABASE_CONNECT_TIMEOUT_MS: whole(3_000, { min: 100 }, 'How long to wait for a connection before answering 503.'),
    DATABASE_STATEMENT_TIMEOUT_MS: whole(
      30_000,
      { min: 0 },
      'Longest statement of an ordinary request; 0 for no limit.',
    ),
    DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: whole(30_000, { min: 0 }, 'After this an idle open transaction is ended.'),
  },
  Redis: {
    REDIS_URL: url(
      ['redis:', 'rediss:', 'unix:'],
      'redis://127.0.0.1:6379',
      'Redis for the queues; wants maxmemory-policy noeviction.',
    ),
    CACHE_REDIS_URL: optionalUrl(
      ['redis:', 'rediss:', 'unix:'],
      'Redis for the cache and rate limits. Unset: REDIS_URL.',
    ),
    REDIS_PREFIX: text('app', 'First part of every key, so that several installations can share one Redis.'),
    DEFAULT_CACHE_TTL: whole(60_000, { min: 1 }, 'Longest life of a cached answer, in milliseconds.'),
  },
  Mail: {
    SMTP_URL: optionalUrl(['smtp:', 'smtps:'], 'Mail server. Unset: mails are written to DATA_DIR/mail/*.eml.'),
    MAIL_FROM: mailbox('Task Service <no-reply@localhost>', 'Sender of every mail.'),
    MAIL_KEEP_DAYS: whole(30, { min: 1 }, 'How long the record of a mail that was sent is kept.'),
  },
  Accounts: {
    TOKEN_TTL: whole(30 * 24 * 3600, { min: 1 }, 'Life of a bearer token, in seconds.'),
    PASSWORD_HASH_MEMORY_KIB: whole(
      19_456,
      { min: 1024 },
      'Memory of one argon2id hash (OWASP: 19 MiB with two passes).',
    ),
  },
  HTTP: {
    CORS_ORIGINS: origins('Origins that browsers may call from, separated by commas; * for any. Empty: none.'),
    TRUST_PROXY: proxies(
      'Addresses or networks of proxies whose X-Forwarded-For is believed, or a number of hops. Empty: none.',
    ),
    BODY_LIMIT_BYTES: whole(1 * MiB, { min: KiB }, 'Largest JSON body.'),
    BODY_TIMEOUT_MS: whole(30_000, { min: 100 }, 'How long a JSON body may take to arrive.'),
    RATE_LIMIT: choice(['on', 'off'], 'on', 'Whether requests are limited at all; off for load tests.'),
    RATE_LIMIT_USER: whole(1_200, { min: 1 }, 'Requests a minute of one user.'),
    RATE_LIMIT_ADDRESS: whole(
      6_000,
      { min: 1 },
      'Requests a minute from one address (an IPv6 /64 counts as one). Behind a proxy set TRUST_PROXY, or all clients share it.',
    ),
    RATE_LIMIT_LOGIN_ACCOUNT: whole(
      20,
      { min: 1 },
      'Attempts a minute to log in to one account, from wherever: 29,000 guesses a day, far too few for an accepted password.',
    ),
    RATE_LIMIT_LOGIN_ADDRESS: whole(60, { min: 1 }, 'Attempts a minute to log in from one address.'),
    RATE_LIMIT_REGISTER_ACCOUNT: whole(10, { min: 1 }, 'Attempts a minute to register one e-mail address.'),
    RATE_LIMIT_REGISTER_ADDRESS: whole(30, { min: 1 }, 'Attempts a minute to register from one address.'),
    IDEMPOTENCY_TTL: whole(24 * 3600, { min: 1 }, 'How long the answer to an Idempotency-Key is kept, in seconds.'),
    IDEMPOTENCY_LOCK_MS: whole(
      60_000,
      { min: 1 },
      'After this a request with an Idempotency-Key whose process died may be carried out by a retry.',
    ),
    ADMIN_PASSWORD: optionalText(
      'Password of the queue dashboard at /admin/queues (user: admin). Unset: no dashboard.',
      true,
    ),
  },
  Jobs: {
    JOBS_LEASE_MS: whole(
      30_000,
      { min: 200 },
      'A job whose worker has not been heard of for so long is given to another.',
    ),
    JOBS_SWEEP_MS: whole(
      5_000,
      { min: 50 },
      'How often jobs that lost their worker or their place in Redis are looked for.',
    ),
    WORKER_HEARTBEAT_MS: whole(
      5_000,
      { min: 50 },
      'How often a worker says that it lives; thrice that without a word counts as down.',
    ),
  },
  CSV: {
    MAX_UPLOAD_BYTES: whole(512 * MiB, { min: 1 }, 'Largest CSV file.'),
    INGEST_SMALL_BYTES: whole(
      4 * MiB,
      { min: 0 },
      'Files up to this size have a queue of their own, so that they need not wait for big ones.',
    ),
    OWN_TABLE_BYTES: whole(32 * MiB, { min: 0 }, 'Files over this size get a table of their own.'),
    INGEST_CONCURRENCY: whole(2, { min: 1, max: 64 }, 'Big files that one worker ingests at a time.'),
    INGEST_CONNECTIONS: whole(3, { min: 1, max: 32 }, 'Database connections one ingest writes through.'),
    INGEST_BATCH_ROWS: whole(
      10_000,
      { min: 1, max: 100_000 },
      'Records that are committed at a time, or 4 MiB of them.',
    ),
    UPLOAD_IDLE_TIMEOUT_MS: whole(
      60_000,
      { min: 100 },
      'An upload whose client sends nothing for so long is given up.',
    ),
    ROWS_QUERY_TIMEOUT_MS: whole(
      20_000,
      { min: 100 },
      'Longest time a request for rows may take, waiting for its turn included, before it is answered 503.',
    ),
    COUNT_TIMEOUT_MS: whole(
      1_500,
      { min: 1 },
      'How long rows that fit a filter may be counted; past that the count is an estimate, and says so.',
    ),
    SCAN_LIMIT: whole(
      2,
      { min: 1, max: 64 },
      'Scans of big uploads, for want of an index, that one api runs at a time.',
    ),
    SCAN_LIMIT_PER_USER: whole(1, { min: 1, max: 64 }, 'The same for one user; more wait for their turn.'),
    SCAN_WORKERS: whole(
      3,
      { min: 0, max: 64 },
      'Processes of PostgreSQL that help with such a scan; its max_parallel_workers bounds them all.',
    ),
    INDEX_MAX_COUNT: whole(16, { min: 0 }, 'Indexes that queries may have built on one big upload.'),
    INDEX_MAX_BYTES: whole(2 * 1024 * MiB, { min: 0 }, 'What these may take on disk together, for one upload.'),
    STORAGE_SWEEP_MS: whole(
      60_000,
      { min: 100 },
      'How often unfinished files of killed processes are looked for; they go at the second look.',
    ),
  },
};

/** Every section with its variables, for those who print them. */
export const configSections: Record<string, Record<string, z.ZodType>> = sections;

export const configSchema = z.object({
  ...sections['The two processes'],
  ...sections.PostgreSQL,
  ...sections.Redis,
  ...sections.Mail,
  ...sections.Accounts,
  ...sections.HTTP,
  ...sections.Jobs,
  ...sections.CSV,
});

/** The whole configuration; a key is the name of the environment variable it comes from. */
export type Config = Readonly<z.infer<typeof configSchema>>;
