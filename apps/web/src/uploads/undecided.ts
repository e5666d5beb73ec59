import { ProblemError } from '../api/problem.js';

/** No answer, too many requests, and answers of a proxy that got none: they say nothing about the file. */
const UNDECIDED = new Set([0, 429, 502, 503, 504]);

/**
 * Whether a request with an Idempotency-Key may have another answer when it is sent once more. `idempotency_in_progress`: the attempt before,
 * whose line was lost, is still being carried out.
 */
export const isUndecided = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && (UNDECIDED.has(error.status) || error.code === 'idempotency_in_progress');

/** Refusals that are not about the file itself: room that can be made, and a body that did not arrive. */
const CURABLE = new Set(['quota_exceeded', 'upload_incomplete', 'upload_stalled']);

/** Whether a person may have another answer by sending the same file later: also when a fault or a full disk of the service is mended. */
export const canHelpAgain = (error: ProblemError): boolean =>
  error.status >= 500 || CURABLE.has(error.code) || isUndecided(error);
