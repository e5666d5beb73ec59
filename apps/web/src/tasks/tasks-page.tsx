import '../styles/tasks.css';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { api, call } from '../api/client.js';
import { counted } from '../app/format.js';
import { Plus, Search } from '../ui/icons.js';
import { Skeleton } from '../ui/late.js';
import { ProblemBox } from '../ui/problem-box.js';
import { TaskLine } from './task-line.js';

/** Each view of the list, as a question to the API. */
const VIEWS = {
  open: {
    label: 'Open',
    query: { status: 'pending,in_progress', ordering: 'due_date,-priority' },
    empty: 'Nothing is left to do.',
  },
  today: {
    label: 'Due today',
    query: { status: 'pending,in_progress', ordering: 'due_date,-priority' },
    empty: 'Nothing is due today.',
  },
  overdue: { label: 'Overdue', query: { overdue: 'true', ordering: 'due_date' }, empty: 'Nothing is overdue.' },
  completed: {
    label: 'Completed',
    query: { status: 'completed', ordering: '-completed_at' },
    empty: 'Nothing is completed yet.',
  },
} as const;
type View = keyof typeof VIEWS;

const today = () => new Date().toISOString().slice(0, 10);

export function TasksPage() {
  const { show = 'open', search } = useSearch({ from: '/own/tasks' });
  const navigate = useNavigate({ from: '/tasks' });
  const view: View = show in VIEWS ? (show as View) : 'open';
  const tasks = useInfiniteQuery({
    queryKey: ['tasks', view, search],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET('/api/v1/tasks/', {
          params: {
            query: {
              ...VIEWS[view].query,
              ...(view === 'today' && { due_after: today(), due_before: today() }),
              ...(search && { search }),
              ...(pageParam && { cursor: pageParam }),
              page_size: 50,
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    // Another tab or program may change them.
    refetchOnWindowFocus: 'always',
  });
  const found = tasks.data?.pages.flatMap(({ results }) => results) ?? [];
  const all = tasks.data?.pages[0]?.count ?? 0;
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
              search={{ show: name === 'open' ? undefined : name, search }}
              activeOptions={{ includeSearch: true, explicitUndefined: true }}
              className={name === view ? 'tab is-active' : 'tab'}
              aria-current={name === view ? 'page' : undefined}
            >
              {VIEWS[name].label}
            </Link>
          ))}
        </nav>
        <div className="search-box">
          <Search />
          <input
            type="search"
            aria-label="Search tasks"
            placeholder="Search tasks"
            defaultValue={search}
            onChange={({ currentTarget }) =>
              navigate({ search: (now) => ({ ...now, search: currentTarget.value || undefined }), replace: true })
            }
          />
        </div>
      </div>
      {tasks.error && <ProblemBox error={tasks.error} />}
      {tasks.isPending && <Skeleton lines={5} label="Your tasks are being loaded" />}
      {tasks.data && found.length === 0 && (
        <p className="empty">{search ? 'No task has this text.' : VIEWS[view].empty}</p>
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
        <input name="due_date" type="date" aria-label="Due on" />
        <button type="submit" className="button button-main" disabled={add.isPending}>
          <Plus /> Add
        </button>
      </form>
      {add.error && <ProblemBox error={add.error} />}
    </>
  );
}
