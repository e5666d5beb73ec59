import { isDatabaseAway, sqlState } from '@app/database';
import { InternalError, Problem, ServiceUnavailable } from '@app/problems';
import { HttpException } from '@nestjs/common';
import {
  BodyTooLarge,
  Conflict,
  InvalidCharacter,
  MalformedRequest,
  RouteNotFound,
  UnsupportedMediaType,
} from './http.problems.js';

/**
 * The problem that tells a client of `error`, whoever threw it: ours, Nest, Fastify or the database.
 * What is not known to be the client's doing is an InternalError that says nothing of the inside.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number } | null)?.statusCode;
  switch (status) {
    case 413:
      return new BodyTooLarge({}, { cause: error });
    case 414:
      // Fastify's word for an id that is longer than any of ours.
      return new RouteNotFound({}, { cause: error });
    case 415:
      return new UnsupportedMediaType({}, { cause: error });
    case 400:
      // Fastify's and Nest's own words on a body that is no JSON, a bad Content-Length and the like; they quote nothing secret.
      return new MalformedRequest({}, { detail: (error as Error).message, cause: error });
  }
  return problemOfDatabase(error) ?? new InternalError({}, { cause: error });
}

function problemOfDatabase(error: unknown): Problem | undefined {
  if (isDatabaseAway(error)) return new ServiceUnavailable({}, { cause: error });
  switch (sqlState(error)) {
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
