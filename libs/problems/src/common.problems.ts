import { defineProblem } from './problem.js';

export const ValidationFailed = defineProblem('validation_failed', {
  status: 400,
  title: 'The request is not valid',
  detail: 'One or more fields are missing or invalid; `errors` lists them.',
});

export const InvalidCursor = defineProblem('invalid_cursor', {
  status: 400,
  title: 'The cursor is invalid',
  detail:
    'A cursor is valid only for the list or upload, filters, search and sort that it was returned for. Start again without it.',
});

export const NotFound = defineProblem<{ what?: string }>('not_found', {
  status: 404,
  title: 'Not found',
  detail: ({ what }) => `There is no such ${what ?? 'resource'}.`,
});

export const ServiceUnavailable = defineProblem('service_unavailable', {
  status: 503,
  title: 'The service is not available at the moment',
  detail: 'A service that this request needs is not available. Nothing was changed; try again shortly.',
  headers: { 'Retry-After': '5' },
});

export const QueryTimeout = defineProblem('query_timeout', {
  status: 503,
  title: 'The query took too long',
  detail:
    'The query was stopped at its time limit. Try again shortly, when other queries have ended or an index for it may be ready, or narrow the filters.',
  headers: { 'Retry-After': '5' },
});

/** For files and for the database. */
export const StorageFull = defineProblem('storage_full', {
  status: 507,
  title: 'There is not enough storage',
  detail: 'The server does not have enough free storage for this request. No part of it was stored.',
});

export const InternalError = defineProblem('internal_error', {
  status: 500,
  title: 'Internal error',
  detail: 'The request failed because of an error in the server. The logs show it under the request id.',
});
