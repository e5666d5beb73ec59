import { isUtf8 } from 'node:buffer';
import { finished } from 'node:stream';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { MalformedRequest, RequestTimedOut } from '../problems/http.problems.js';

/** Whether a request announces a multipart body. Fastify's plugin knows it only after it has begun to parse the body. */
export const isMultipart = ({ headers }: FastifyRequest): boolean => {
  const type = headers['content-type'];
  return type !== undefined && /^multipart\//i.test(type);
};

/** Our bodies are nested 4 levels deep at most. Code that walks a body recurses per level, and thousands overflow the stack. */
const MAX_DEPTH = 32;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

/**
 * Parses JSON and merge patches. An absent body is allowed. Members that would reach a prototype are refused, and so is a body that
 * is not UTF-8 (RFC 8259, 8.1): otherwise each accented letter of a Latin-1 client would be stored as U+FFFD.
 */
export function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: string | Buffer, done) => {
      if (body.length === 0) return done(null, undefined);
      if (!isUtf8(body as Buffer)) return done(new MalformedRequest({}, { detail: 'The body is not UTF-8.' }));
      parse(request, body.toString(), (error, parsed: unknown) => {
        if (error) done(error);
        else if (isDeeper(parsed, MAX_DEPTH))
          done(new MalformedRequest({}, { detail: 'The body is nested too deeply.' }));
        else done(null, parsed);
      });
    },
  );
}

const KiB = 1024;

/**
 * The largest JSON bodies by the beginning of the path. Passwords have 128 characters at most, so no body of an account route is
 * long, and a client without an account can send one. A task holds a description of 65,000 characters in ASCII.
 */
const BODY_BYTES: Readonly<Record<string, number>> = {
  '/api/v1/auth/': 16 * KiB,
  '/api/v1/tasks': 64 * KiB,
};

/** Bounds the JSON bodies of each route. Routes that are not listed above have `BODY_LIMIT_BYTES`. */
export const limitBodies =
  (limitBytes: number) =>
  (route: RouteOptions): void => {
    const own = Object.entries(BODY_BYTES).find(([beginning]) => route.url.startsWith(beginning));
    if (own) route.bodyLimit = Math.min(limitBytes, own[1]);
  };

const READ_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const announcesBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Ends a request whose body does not arrive within `timeoutMs`. Fastify switches Node's limit for whole requests off, so a body that
 * never ends would keep its connection and its memory. Uploads may take hours and have a limit of their own.
 */
export function limitBodyTime(fastify: FastifyInstance, timeoutMs: number): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isMultipart(request)) return done();
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
