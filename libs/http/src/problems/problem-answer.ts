import { isDatabaseAway, isDiskFull, sqlState } from '@app/database';
import { InternalError, Problem, ServiceUnavailable, StorageFull } from '@app/problems';
import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  BodyTooLarge,
  Conflict,
  InvalidCharacter,
  MalformedRequest,
  QueryTooComplex,
  RouteNotFound,
  UnsupportedMediaType,
} from './http.problems.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The page that explains the codes; the fragment is the code. */
export const typeOf = (code: string): string => `/api/docs/errors#${code}`;

/** The members of a problem as RFC 9457 names them, and ours: `code`, `request_id` and `errors`. */
export const problemBody = (problem: Problem, instance: string, requestId: string): Record<string, unknown> => ({
  type: typeOf(problem.code),
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  instance,
  code: problem.code,
  request_id: requestId,
  ...problem.extensions,
  ...(problem.errors && { errors: problem.errors }),
});

/** Answers with a problem; for hooks and plugins too, whose errors reach no filter. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '/';
  return reply
    .status(problem.status)
    .headers(problem.headers)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemBody(problem, path, String(request.id))));
}

/**
 * The problem that a client gets for `error`, which may come from our code, Nest, Fastify or the database. An error that is not
 * known to be the client's fault becomes an InternalError, which says nothing about its cause.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number } | null)?.statusCode;
  switch (status) {
    case 413:
      return new BodyTooLarge({}, { cause: error });
    case 414:
      // Fastify's status for a path parameter that is longer than any id of ours.
      return new RouteNotFound({}, { cause: error });
    case 415:
      return new UnsupportedMediaType({}, { cause: error });
    case 400:
      // Messages of Fastify and Nest about invalid JSON, a bad Content-Length and the like. They contain no secrets.
      return new MalformedRequest({}, { detail: (error as Error).message, cause: error });
  }
  return problemOfDatabase(error) ?? problemOfPlugin(status, error) ?? new InternalError({}, { cause: error });
}

/** The client's faults that plugins find, such as a path of a file that lies outside of the served folder. */
function problemOfPlugin(status: number | undefined, error: unknown): Problem | undefined {
  if (status === undefined || status < 400 || status >= 500 || error instanceof HttpException) return undefined;
  return status === 403 || status === 404
    ? new RouteNotFound({}, { cause: error })
    : new MalformedRequest({}, { cause: error });
}

/**
 * pg reports a connection that ends while it is being opened by this error. Only connections to PostgreSQL have errors that reach this
 * function.
 */
function isReset(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ECONNRESET' && syscall === 'read';
}

/** The class of SQLSTATE for more columns, arguments or nesting than PostgreSQL takes. What a client asks for decides these. */
const PROGRAM_LIMIT = '54';

function problemOfDatabase(error: unknown): Problem | undefined {
  if (isDatabaseAway(error) || isReset(error)) return new ServiceUnavailable({}, { cause: error });
  if (isDiskFull(error)) return new StorageFull({}, { cause: error });
  const state = sqlState(error);
  if (state?.startsWith(PROGRAM_LIMIT)) return new QueryTooComplex({}, { cause: error });
  switch (state) {
    case '57014': // statement timeout
    case '55P03': // lock not available
    case '25P03': // idle in transaction
      return new ServiceUnavailable({}, { cause: error });
    case '23505': // unique
    case '23503': // foreign key
    case '40001': // serialization
    case '40P01': // deadlock
      return new Conflict({}, { cause: error });
    case '22021': // not in the server's character set: NUL
    case '22P05': // \u0000 in jsonb
      return new InvalidCharacter({}, { cause: error });
  }
  return undefined;
}
