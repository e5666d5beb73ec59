import type { Schemas } from '../api/client.js';
import type { TasksSearch } from '../app/router.js';

export const PRIORITIES: readonly [Schemas['TaskDto']['priority'], string][] = [
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
];

/** The states of a task that is not completed. */
export const OPEN_STATUSES: readonly [Schemas['TaskDto']['status'], string][] = [
  ['pending', 'pending'],
  ['in_progress', 'in progress'],
];
const OPEN = 'pending,in_progress';

/** Each view of the list, as a question to the API. */
export const VIEWS = {
  open: {
    label: 'Open',
    query: { status: OPEN, ordering: 'due_date,-priority' },
    empty: 'Nothing is left to do.',
  },
  today: {
    label: 'Due today',
    query: { status: OPEN, ordering: 'due_date,-priority' },
    empty: 'Nothing is due today.',
  },
  overdue: { label: 'Overdue', query: { overdue: 'true', ordering: 'due_date' }, empty: 'Nothing is overdue.' },
  completed: {
    label: 'Completed',
    query: { status: 'completed', ordering: '-completed_at' },
    empty: 'Nothing is completed yet.',
  },
} as const;
export type View = keyof typeof VIEWS;

export const viewOf = ({ show = 'open' }: TasksSearch): View => (show in VIEWS ? (show as View) : 'open');

const known = (list: readonly (readonly [string, string])[], value: string | undefined): string | undefined =>
  list.some(([one]) => one === value) ? value : undefined;

/** What is asked besides the view. A status has no meaning among completed tasks, and what the address has wrong is left out. */
export const filtersOf = (search: TasksSearch): { status?: string; priority?: string; search?: string } => ({
  status: viewOf(search) === 'completed' ? undefined : known(OPEN_STATUSES, search.status),
  priority: known(PRIORITIES, search.priority),
  search: search.search,
});

/** The question of the list. @param today as `2026-12-01` */
export const queryOf = (search: TasksSearch, today: string): Record<string, string> => {
  const view = viewOf(search);
  const given = Object.entries(filtersOf(search)).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...VIEWS[view].query,
    ...(view === 'today' && { due_after: today, due_before: today }),
    ...Object.fromEntries(given),
  };
};
