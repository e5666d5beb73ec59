/** A problem of the service (RFC 9457), or one of this page, which has codes of its own and no status. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors?: { pointer: string; detail: string }[];
  /** Of `type_does_not_hold`: how many cells are of another type, and the first of them. */
  exceptions?: number;
  first?: { row_id: number; value: string };
}

/** An answer that is a problem, or a request that got no answer. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds from `Retry-After`; null without it. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  /** What is wrong with a field of the request, by its name; undefined for nothing. */
  of(field: string): string | undefined {
    return this.problem.errors?.find(({ pointer }) => pointer === `#/${field}`)?.detail;
  }
}

const CLIENT_SIDE = { type: 'about:blank', instance: '', request_id: '' };

/** No answer came: the service or the network is down. */
export const unreachable = (): ProblemError =>
  new ProblemError({
    ...CLIENT_SIDE,
    title: 'The service cannot be reached',
    status: 0,
    detail: 'No answer came. Check the connection and try again.',
    code: 'unreachable',
  });

/** An answer that is no problem document, such as that of a proxy. */
const foreign = (status: number): ProblemError =>
  new ProblemError({
    ...CLIENT_SIDE,
    title: `The answer has status ${status}`,
    status,
    detail: 'The answer does not come from the service, but perhaps from a proxy before it.',
    code: 'foreign_answer',
  });

export function problemOf(status: number, body: unknown, retryAfter: string | null): ProblemError {
  const problem = body as Partial<Problem> | null | undefined;
  if (typeof problem !== 'object' || typeof problem?.code !== 'string') return foreign(status);
  const seconds = Number(retryAfter);
  return new ProblemError(problem as Problem, retryAfter !== null && Number.isFinite(seconds) ? seconds : null);
}

/** Any error as a problem, to be shown. */
export const asProblem = (error: unknown): ProblemError =>
  error instanceof ProblemError
    ? error
    : new ProblemError({
        ...CLIENT_SIDE,
        title: 'The page has a fault',
        status: 0,
        detail: error instanceof Error ? error.message : String(error),
        code: 'page_error',
      });
