import { isUtf8 } from 'node:buffer';
import { finished } from 'node:stream';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { MalformedRequest, RequestTimedOut, UnsupportedMediaType } from '../problems/http.problems.js';

/** Whether a request announces a multipart body. Fastify's plugin knows it only after it has begun to parse the body. */
export const isMultipart = ({ headers }: FastifyRequest): boolean => {
  const type = headers['content-type'];
  return type !== undefined && /^multipart\//i.test(type);
};

/** The types of a body that is a file. */
export const FILE_TYPES = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/octet-stream'] as const;

/** Whether a request announces that its body is a file. Such a body has no limit of ours; only the route of uploads reads it. */
export const isFileBody = ({ headers }: FastifyRequest): boolean => {
  const type = headers['content-type'];
  return type !== undefined && FILE_TYPE.test(type);
};

/** With parameters, as in `text/csv; charset=utf-8; header=present`. */
export const FILE_TYPE = new RegExp(`^\\s*(?:${FILE_TYPES.join('|')})\\s*(?:;|$)`, 'i');

/** Our bodies are nested 4 levels deep at most. Code that walks a body recurses per level, and thousands overflow the stack. */
const MAX_DEPTH = 32;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

/** How many names a text of valid JSON has: its strings that a colon follows. */
function countNames(json: string): number {
  let names = 0;
  for (let start = json.indexOf('"'); start >= 0; ) {
    let end = json.indexOf('"', start + 1);
    while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
    let next = end + 1;
    while (json.charCodeAt(next) <= SPACE) next += 1;
    if (json.charCodeAt(next) === COLON) names += 1;
    start = json.indexOf('"', next);
  }
  return names;
}

const SPACE = 0x20;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

function isEscaped(json: string, quote: number): boolean {
  let before = quote - 1;
  while (json.charCodeAt(before) === BACKSLASH) before -= 1;
  return (quote - 1 - before) % 2 === 1;
}

const countMembers = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce(
        (sum: number, member) => sum + countMembers(member),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

const fault = (detail: string) => new MalformedRequest({}, { detail });

/** @throws MalformedRequest for a body that readers understand differently, or whose readers recurse too deeply */
function requirePlain(json: string, parsed: unknown): void {
  if (isDeeper(parsed, MAX_DEPTH)) throw fault('The body is nested too deeply.');
  if (countNames(json) !== countMembers(parsed)) throw fault('An object in the body has two members of one name.');
}

/**
 * Parses JSON and merge patches. An absent body is allowed. Refused are members that would reach a prototype; a name that an object
 * has twice, because a proxy may have checked the other one; and a body that is not UTF-8 (RFC 8259, 8.1), because each accented letter
 * of a Latin-1 client would be stored as U+FFFD. A compressed body is refused too: it would have to be limited twice.
 */
export function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: string | Buffer, done) => {
      if (body.length === 0) return done(null, undefined);
      const coding = request.headers['content-encoding'];
      if (coding !== undefined && coding.toLowerCase() !== 'identity') return done(compressed());
      if (!isUtf8(body as Buffer)) return done(fault('The body is not UTF-8.'));
      const json = body.toString();
      parse(request, json, (error, parsed: unknown) => {
        if (error) return done(error);
        try {
          requirePlain(json, parsed);
          done(null, parsed);
        } catch (refusal) {
          done(refusal as Error);
        }
      });
    },
  );
}

/** RFC 9110, 15.5.16: the header tells the client that only the encoding was wrong. */
const compressed = () =>
  new UnsupportedMediaType(
    {},
    { detail: 'A JSON body must not be compressed.', headers: { 'Accept-Encoding': 'identity' } },
  );

const KiB = 1024;

/**
 * The largest JSON bodies by the beginning of the path. Passwords have 128 characters at most, so no body of an account route is
 * long, and a client without an account can send one. A task holds a description of 65,000 characters in ASCII. Files are no JSON.
 */
const BODY_BYTES: Readonly<Record<string, number>> = {
  '/api/v1/auth/': 16 * KiB,
  '/api/v1/tasks': 64 * KiB,
  '/api/v1/csv-data': 64 * KiB,
};

/** Bounds the JSON bodies of each route. Routes that are not listed above have `BODY_LIMIT_BYTES`. */
export const limitBodies =
  (limitBytes: number) =>
  (route: RouteOptions): void => {
    const own = Object.entries(BODY_BYTES).find(([beginning]) => route.url.startsWith(beginning));
    if (own) route.bodyLimit = Math.min(limitBytes, own[1]);
  };

const READ_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request has a body, by its headers. */
export const announcesBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Ends a request whose body does not arrive within `timeoutMs`. Fastify switches Node's limit for whole requests off, so a body that
 * never ends would keep its connection and its memory. Uploads may take hours and have a limit of their own.
 */
export function limitBodyTime(fastify: FastifyInstance, timeoutMs: number): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isMultipart(request) || isFileBody(request)) return done();
    // An absent body needs no type. curl sends the type of a form with each POST that has an empty body.
    if (!announcesBody(request)) delete request.headers['content-type'];
    else if (!READ_METHODS.has(request.method)) {
      const timer = setTimeout(() => {
        if (reply.sent) return;
        // The connection must close: the rest of the body would be taken for the next request.
        reply.header('connection', 'close');
        payload.emit('error', new RequestTimedOut());
      }, timeoutMs);
      finished(payload, () => clearTimeout(timer));
    }
    done();
  });
}
