import createClient from 'openapi-fetch';
import type { components, paths } from '../../../../packages/client/src/schema.js';
import { endSession, session } from '../session/session.js';
import { problemOf, unreachable } from './problem.js';

export type Schemas = components['schemas'];

/** The API, typed by its OpenAPI document. */
export const api = createClient<paths>({ baseUrl: '' });

api.use({
  onRequest({ request }) {
    const token = session()?.token;
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
  onError({ error }) {
    // An aborted request is not a failure; TanStack Query aborts what nobody waits for.
    return error instanceof DOMException && error.name === 'AbortError' ? error : unreachable();
  },
});

interface Called<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. @throws ProblemError */
export async function call<T>(request: Promise<Called<T>>): Promise<T> {
  const { data, error, response } = await request;
  if (response.ok) return data as T;
  throw refused(response, error);
}

/** A problem from an answer. When it says that the token is not valid any more, the session of the page ends. */
export function refused(response: Pick<Response, 'status' | 'headers'>, body: unknown) {
  const problem = problemOf(response.status, body, response.headers.get('retry-after'));
  if (problem.code === 'invalid_token') endSession('Your session has ended. Sign in again.');
  return problem;
}

export const authorization = (): Record<string, string> => {
  const token = session()?.token;
  return token ? { Authorization: `Bearer ${token}` } : {};
};
