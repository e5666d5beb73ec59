import type { Problem } from '@app/problems';

/** Where the codes are explained; the fragment is the code. */
const CATALOGUE = '/api/docs/errors';

/** The members of a problem as RFC 9457 names them, with ours: `code`, `request_id` and `errors`. */
export const problemBody = (problem: Problem, instance: string, requestId: string): Record<string, unknown> => ({
  type: `${CATALOGUE}#${problem.code}`,
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  instance,
  code: problem.code,
  request_id: requestId,
  ...problem.extensions,
  ...(problem.errors && { errors: problem.errors }),
});

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
