import { defineProblem } from './problem.js';

export const ValidationFailed = defineProblem('validation_failed', {
  status: 400,
  title: 'The request is not valid',
  detail: 'One or more fields are missing or wrong; `errors` names each.',
});

export const NotFound = defineProblem<{ what?: string }>('not_found', {
  status: 404,
  title: 'Not found',
  detail: ({ what }) => `There is no such ${what ?? 'resource'}.`,
});

export const ServiceUnavailable = defineProblem('service_unavailable', {
  status: 503,
  title: 'The service is not available at the moment',
  detail: 'Something this request needs is away. Nothing was changed; try again shortly.',
  headers: { 'Retry-After': '5' },
});

export const InternalError = defineProblem('internal_error', {
  status: 500,
  title: 'Internal error',
  detail: 'The request failed for a reason of ours. The request id leads to it in our logs.',
});
