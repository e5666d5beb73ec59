import type { Problem } from './types.js';

/** An answer that is a problem. Branch on its `code`. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds from `Retry-After`; null without it. */
    readonly retryAfter: number | null,
  ) {
    super(problem.detail);
    this.name = 'ProblemError';
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && typeof (body as { code?: unknown }).code === 'string';

/**
 * The error for an answer that is no success.
 * @param body the parsed body. Something between client and service may have answered instead, with a page of its own.
 */
export function problemError(
  status: number,
  headers: { get(name: string): string | null },
  body: unknown,
): ProblemError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(
    isProblem(body) ? body : unexpectedAnswer(status, headers.get('x-request-id')),
    Number.isFinite(seconds) ? seconds : null,
  );
}

const unexpectedAnswer = (status: number, requestId: string | null): Problem => ({
  type: 'about:blank',
  title: 'Unexpected answer',
  status: status as Problem['status'],
  detail: `The answer has the status ${status} and does not come from the service.`,
  instance: '',
  code: status >= 500 ? 'service_unavailable' : 'malformed_request',
  request_id: requestId ?? '',
});
