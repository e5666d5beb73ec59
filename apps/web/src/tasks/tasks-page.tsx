import '../styles/tasks.css';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { api, call } from '../api/client.js';
import { counted } from '../app/format.js';
import type { TasksSearch } from '../app/router.js';
import { useTitle } from '../app/title.js';
import { Plus } from '../ui/icons.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { SearchBox } from '../ui/search-box.js';
import { TaskLine } from './task-line.js';
import { filtersOf, OPEN_STATUSES, PRIORITIES, queryOf, VIEWS, type View, viewOf } from './task-views.js';

const today = () => new Date().toISOString().slice(0, 10);

export function TasksPage() {
  const search = useSearch({ from: '/own/tasks' });
  const navigate = useNavigate({ from: '/tasks' });
  const view = viewOf(search);
  const filters = filtersOf(search);
  const ask = (changes: Partial<TasksSearch>) => navigate({ search: (now) => ({ ...now, ...changes }), replace: true });
  const tasks = useInfiniteQuery({
    queryKey: ['tasks', view, filters],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET('/api/v1/tasks/', {
          params: { query: { ...queryOf(search, today()), ...(pageParam && { cursor: pageParam }), page_size: 50 } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    // While a narrower question is answered, the list stays; another view is another list.
    placeholderData: (before, query) => (query?.queryKey[1] === view ? before : undefined),
    // Another tab or program may change them.
    refetchOnWindowFocus: 'always',
  });
  useTitle(view === 'open' ? 'Tasks' : `Tasks: ${VIEWS[view].label}`);
  const found = tasks.data?.pages.flatMap(({ results }) => results) ?? [];
  const all = tasks.data?.pages[0]?.count ?? 0;
  const isNarrowed = Object.values(filters).some((value) => value !== undefined);
  return (
    <div className="page page-tasks">
      <h1>Tasks</h1>
      <QuickAdd />
      <div className="task-filters">
        <nav className="tabs" aria-label="Which tasks">
          {(Object.keys(VIEWS) as View[]).map((name) => (
            <Link
              key={name}
              to="/tasks"
              search={{ ...search, show: name === 'open' ? undefined : name }}
              activeOptions={{ includeSearch: true, explicitUndefined: true }}
              className={name === view ? 'tab is-active' : 'tab'}
              aria-current={name === view ? 'page' : undefined}
            >
              {VIEWS[name].label}
            </Link>
          ))}
        </nav>
        <div className="task-narrow">
          {view !== 'completed' && (
            <FilterSelect
              label="Status"
              value={filters.status}
              choices={OPEN_STATUSES}
              onValue={(status) => ask({ status })}
            />
          )}
          <FilterSelect
            label="Priority"
            value={filters.priority}
            choices={PRIORITIES}
            onValue={(priority) => ask({ priority })}
          />
          <SearchBox label="Search tasks" value={search.search} onSearch={(text) => ask({ search: text })} />
        </div>
      </div>
      {tasks.error && <ProblemBox error={tasks.error} />}
      {tasks.isPending && <Skeleton lines={5} label="Your tasks are being loaded" />}
      {tasks.data && found.length === 0 && (
        <p className="empty">{isNarrowed ? 'No task matches.' : VIEWS[view].empty}</p>
      )}
      {found.length > 0 && (
        <>
          <p className="faint task-count" role="status">
            {counted(all, 'task')}
          </p>
          <ul className="tasks">
            {found.map((task) => (
              <TaskLine key={task.id} task={task} />
            ))}
          </ul>
        </>
      )}
      {tasks.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={tasks.isFetchingNextPage}
          onClick={() => tasks.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </div>
  );
}

interface FilterSelectProps {
  label: string;
  value: string | undefined;
  choices: readonly (readonly [value: string, label: string])[];
  onValue(value: string | undefined): void;
}

const FilterSelect = ({ label, value, choices, onValue }: FilterSelectProps) => (
  <select
    aria-label={label}
    value={value ?? ''}
    onChange={({ currentTarget }) => onValue(currentTarget.value || undefined)}
  >
    <option value="">{`any ${label.toLowerCase()}`}</option>
    {choices.map(([choice, text]) => (
      <option key={choice} value={choice}>
        {text}
      </option>
    ))}
  </select>
);

function QuickAdd() {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const add = useMutation({
    mutationFn: (body: { title: string; due_date: string | null }) => call(api.POST('/api/v1/tasks/', { body })),
    onSuccess: async () => {
      form.current?.reset();
      await queries.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const title = String(given.get('title')).trim();
    if (title) add.mutate({ title, due_date: String(given.get('due_date')) || null });
  };
  return (
    <>
      <form ref={form} className="quick-add" onSubmit={submit}>
        <input
          name="title"
          aria-label="New task"
          placeholder="What is to be done?"
          maxLength={255}
          autoComplete="off"
          required
        />
        <label className="quick-add-due">
          Due on
          <input name="due_date" type="date" />
        </label>
        <button type="submit" className="button button-main" disabled={add.isPending}>
          <Plus /> Add
        </button>
      </form>
      {add.error && <ProblemBox error={add.error} />}
    </>
  );
}
