import { ProblemError } from '@csv-tasks/client';
import { programName } from './program-name.js';

/** Codes of Node for a connection that was never made. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** More names would fill the terminal; `columns` shows them all. */
const MAX_NAMED = 20;

/** What went wrong, and what can be done about it. */
export const explained = (error: unknown): string =>
  error instanceof ProblemError ? explainedProblem(error) : explainedFault(error as Error);

function explainedFault(error: Error): string {
  // `fetch` hides the reason in `cause`, and `http` throws the reason itself.
  const reason = (error.cause instanceof Error ? error.cause : error) as NodeJS.ErrnoException;
  const told = reason.message || reason.code;
  if (UNREACHABLE.has(reason.code ?? ''))
    return `The service cannot be reached: ${told}. Is it running? For another address: ${programName()} login --url http://HOST:PORT`;
  return reason === error ? error.message : `${error.message}: ${told}`;
}

function explainedProblem({ message, code, status, problem }: ProblemError): string {
  const fields = (problem.errors ?? []).map(({ pointer, detail }) => `\n  ${pointer.replace('#/', '')} ${detail}`);
  const hint =
    code === 'invalid_credentials'
      ? ` No account yet? ${programName()} register`
      : code === 'email_taken' || status === 401
        ? ` Log in: ${programName()} login`
        : '';
  return `${message}${hint} (${code}, request ${problem.request_id})${fields.join('')}${knownNames(problem)}`;
}

/** The names that the upload has, where one was given that it does not have. */
function knownNames(problem: object): string {
  const { known_columns: known } = problem as { known_columns?: string[] };
  if (!known) return '';
  return `\n  its columns: ${known.slice(0, MAX_NAMED).join(', ')}${known.length > MAX_NAMED ? ', …' : ''}`;
}
