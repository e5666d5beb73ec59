import { ProblemError } from '../api/problem.js';

/** No answer, too many requests, and answers of a proxy that got none: they say nothing about the file. */
const UNDECIDED = new Set([0, 429, 502, 503, 504]);

/**
 * Whether a request with an Idempotency-Key may have another answer when it is sent once more. `idempotency_in_progress`: the attempt before,
 * whose line was lost, is still being carried out.
 */
export const isUndecided = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && (UNDECIDED.has(error.status) || error.code === 'idempotency_in_progress');
