import type { Request, Requests } from '../measure/load.js';

export interface Scenario {
  name: string;
  /** Describes the bare handler. */
  ceiling: string;
  /** Requests to the service. */
  service: Requests;
  /** The same requests to the bare handlers. */
  bare: Requests;
  /** Expected status and cache outcome of every answer; any other answer makes the measurement invalid. */
  expected: { status: number; cache?: 'HIT' | 'BYPASS' };
}

export interface Person {
  userId: string;
  token: string;
}

/** Paths of the service's answers that the bare handlers read from Redis. */
export const CACHED_PATHS = { list: '/api/v1/tasks/', me: '/api/v1/auth/user/me/' };

const TASK = JSON.stringify({
  title: 'Water the plants',
  description: 'All of them, also the one behind the curtain.',
  priority: 'high',
  due_date: '2027-01-01T12:00:00Z',
});

/** @param readers users with tasks to list. @param writers users who create tasks, so that the lists of the readers do not grow. */
export function scenarios(readers: Person[], writers: Person[]): Scenario[] {
  const each = (people: Person[], request: (person: Person) => Request) => people.map(request) as Requests;
  const as = ({ token }: Person) => ({ authorization: `Bearer ${token}` });
  const json = { 'content-type': 'application/json' };
  const get = (path: string, headers: Record<string, string> = {}): Request => ({ method: 'GET', path, headers });
  return [
    {
      name: 'task list, cached',
      ceiling: 'GET from Redis',
      service: each(readers, (person) => get(CACHED_PATHS.list, as(person))),
      bare: each(readers, ({ userId }) => get(`/list/${userId}`)),
      expected: { status: 200, cache: 'HIT' },
    },
    {
      name: 'me, cached',
      ceiling: 'GET from Redis',
      service: each(readers, (person) => get(CACHED_PATHS.me, as(person))),
      bare: each(readers, ({ userId }) => get(`/me/${userId}`)),
      expected: { status: 200, cache: 'HIT' },
    },
    {
      name: 'task list, nocache',
      ceiling: 'its two queries, pg, JSON.stringify',
      service: each(readers, (person) => get(`${CACHED_PATHS.list}?nocache=true`, as(person))),
      bare: each(readers, ({ userId }) => get(`/rows/${userId}`)),
      expected: { status: 200, cache: 'BYPASS' },
    },
    {
      name: 'create task',
      ceiling: 'its transaction, pg, JSON.stringify',
      service: each(writers, (person) => ({
        method: 'POST',
        path: CACHED_PATHS.list,
        headers: { ...as(person), ...json },
        body: TASK,
      })),
      bare: each(writers, ({ userId }) => ({ method: 'POST', path: `/rows/${userId}`, headers: json, body: TASK })),
      expected: { status: 201 },
    },
  ];
}
