import { isIP } from 'node:net';
import { z } from 'zod';

/** What `.env.example` says about a variable. */
export interface VariableFacts {
  description: string;
  /** The value may be a secret: it is never shown, and neither is its default. */
  sensitive?: boolean;
}

const blankIsUnset = (value: unknown) => (value === '' ? undefined : value);
const describe = <T extends z.ZodType>(type: T, facts: VariableFacts) => type.meta({ ...facts });

const wholeNumber = (min: number) =>
  z.coerce
    .number(`must be a whole number from ${min}`)
    .int('must be a whole number')
    .min(min, `must be at least ${min}`);

/** A whole number, `12`. Its unit is in the variable's name or description. */
export const whole = (fallback: number, range: { min: number; max?: number }, description: string) =>
  describe(
    z.preprocess(
      blankIsUnset,
      wholeNumber(range.min)
        .max(range.max ?? Number.MAX_SAFE_INTEGER, `must be at most ${range.max}`)
        .default(fallback),
    ),
    { description },
  );

/** The same without a default. */
export const optionalWhole = (range: { min: number }, description: string) =>
  describe(z.preprocess(blankIsUnset, wholeNumber(range.min).optional()), { description });

/** A text. A blank variable has the default, too. */
export const text = (fallback: string, description: string, sensitive = false) =>
  describe(z.preprocess(blankIsUnset, z.string().default(fallback)), { description, sensitive });

/** A text; undefined if the variable is blank or not set. */
export const optionalText = (description: string, sensitive = false) =>
  describe(z.preprocess(blankIsUnset, z.string().optional()), { description, sensitive });

/** One of the given words. */
export const choice = <const T extends readonly [string, ...string[]]>(
  values: T,
  fallback: T[number],
  description: string,
) =>
  describe(
    z.preprocess(blankIsUnset, z.enum(values, `must be one of ${values.join(', ')}`).default(fallback as never)),
    {
      description,
    },
  );

const hasProtocol = (value: string, protocols: readonly string[]) => {
  try {
    return protocols.includes(new URL(value).protocol);
  } catch {
    return false;
  }
};

const address = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (value) => hasProtocol(value, protocols),
      `must be an address that starts with ${protocols.join(' or ')}//`,
    );

/** An address such as `postgres://…`; sensitive, because it may contain a password. */
export const url = (protocols: readonly string[], fallback: string, description: string) =>
  describe(z.preprocess(blankIsUnset, address(protocols).default(fallback)), { description, sensitive: true });

/** As `url`, without a default. */
export const optionalUrl = (protocols: readonly string[], description: string) =>
  describe(z.preprocess(blankIsUnset, address(protocols).optional()), { description, sensitive: true });

/** ioredis reads `redis://` and `rediss://` itself, and a socket as a plain path, `/run/redis.sock?db=1`. */
const forIoredis = (value: string) => {
  const { protocol, pathname, search } = new URL(value);
  return protocol === 'unix:' ? decodeURIComponent(pathname) + search : value;
};

const redisAddress = address(['redis:', 'rediss:', 'unix:', 'redis+sentinel:', 'redis+cluster:']).transform(forIoredis);

/**
 * `redis://user:password@host:port/db`, `rediss://…` (TLS) or `unix:///path/to/socket?db=1`, as a URL for ioredis. What
 * `redis+sentinel://…` and `redis+cluster://…` mean is in libs/redis.
 */
export const redisUrl = (fallback: string, description: string) =>
  describe(z.preprocess(blankIsUnset, redisAddress.default(fallback)), { description, sensitive: true });

/** As `redisUrl`, without a default. */
export const optionalRedisUrl = (description: string) =>
  describe(z.preprocess(blankIsUnset, redisAddress.optional()), { description, sensitive: true });

const isStorage = (value: string) => {
  if (!hasProtocol(value, ['file:', 's3:'])) return false;
  const { protocol, hostname, pathname, searchParams, username, password, hash } = new URL(value);
  if (username || password || hash) return false;
  if (protocol === 'file:') return hostname === '' && pathname !== '/' && searchParams.size === 0;
  const endpoint = searchParams.get('endpoint');
  const isKnown = [...searchParams.keys()].every((name) => name === 'endpoint');
  return hostname !== '' && isKnown && (endpoint === null || hasProtocol(endpoint, ['http:', 'https:']));
};

/** `file:///folder` or `s3://bucket/prefix?endpoint=https://…`, without credentials. */
export const optionalStorageUrl = (description: string) =>
  describe(
    z.preprocess(
      blankIsUnset,
      z
        .string()
        .refine(isStorage, 'must be file:///folder or s3://bucket/prefix?endpoint=https://…, without credentials')
        .optional(),
    ),
    { description },
  );

const MAIL_SENDER = /^([^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/;

/** The sender of mails, `a@b.c` or `Name <a@b.c>`. */
export const mailSender = (fallback: string, description: string) =>
  describe(
    z.preprocess(
      blankIsUnset,
      z
        .string()
        .default(fallback)
        .refine((value) => MAIL_SENDER.test(value), 'must be an address such as Name <name@example.org>'),
    ),
    { description },
  );

const listed = (value: string) => (value === '' ? [] : value.split(',').map((part) => part.trim()));

const isOrigin = (value: string) => {
  try {
    return new URL(value).origin === value;
  } catch {
    return false;
  }
};

/** Origins as browsers send them, `https://app.example.org,…`, or `*`. Any other text would never match an origin. */
export const origins = (description: string) =>
  describe(
    z.preprocess(
      blankIsUnset,
      z
        .string()
        .default('')
        .refine(
          (value) => value === '*' || listed(value).every(isOrigin),
          'must be *, or origins such as https://app.example.org, separated by commas',
        ),
    ),
    { description },
  );

/** The names that Fastify's proxy-addr knows. */
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

const isNetwork = (value: string) => {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0) return NAMED_NETWORKS.has(value);
  const bits = family === 4 ? 32 : 128;
  return rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
};

/** The proxies whose X-Forwarded-For is trusted: `10.0.0.0/8,::1`, or a number of hops. */
export const proxies = (description: string) =>
  describe(
    z.preprocess(
      blankIsUnset,
      z
        .string()
        .default('')
        .refine(
          (value) => /^\d{1,2}$/.test(value) || listed(value).every(isNetwork),
          'must be a number of hops, or addresses and networks such as 10.0.0.0/8, separated by commas',
        ),
    ),
    { description },
  );
