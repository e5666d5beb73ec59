/** A task as the api shows it. */
interface TaskView {
  id: string;
  title: string;
  description: string;
  status: string;
  priority: string;
  due_date: string | null;
  created_at: string;
}

/** The fields of an upload that no longer change once its ingest has ended. */
interface UploadView {
  id: string;
  status: string;
  processed_rows: number;
  rejected_rows: number;
}

/** The data of one user in plain arrays. */
export interface Belongings {
  tasks: readonly TaskView[];
  uploads: readonly UploadView[];
}

export type Query = Record<string, string | undefined>;
/** The expected answer, as far as the model knows it. */
export interface Truth {
  status: number;
  body?: unknown;
}

const NOT_FOUND: Truth = { status: 404 };
const PRIORITIES = ['low', 'medium', 'high'];
const STATUSES = ['pending', 'in_progress', 'completed'];
const DEFAULT_PAGE_SIZE = 20;

const found = (body: unknown): Truth => (body === undefined ? NOT_FOUND : { status: 200, body });

export const oneTask = ({ tasks }: Belongings, id: string): Truth => found(tasks.find((task) => task.id === id));

export const oneUpload = ({ uploads }: Belongings, id: string): Truth =>
  found(uploads.find((upload) => upload.id === id));

export function taskList({ tasks }: Belongings, query: Query, now: Date): Truth {
  const { status, priority, due_before, overdue, search } = query;
  const isOverdue = (task: TaskView) =>
    task.status !== 'completed' && task.due_date !== null && new Date(task.due_date) < now;
  const matching = tasks.filter(
    (task) =>
      (status === undefined || task.status === status) &&
      (priority === undefined || task.priority === priority) &&
      (due_before === undefined || (task.due_date !== null && new Date(task.due_date) < new Date(due_before))) &&
      (overdue === undefined || isOverdue(task) === (overdue === 'true')) &&
      (search === undefined || `${task.title}\n${task.description}`.toLowerCase().includes(search)),
  );
  return page(matching.sort(by(query.ordering ?? '-created_at')), query);
}

export const uploadList = ({ uploads }: Belongings, query: Query): Truth =>
  page(uploads.filter(({ status }) => query.status === undefined || status === query.status).sort(newestFirst), query);

function page(all: unknown[], query: Query): Truth {
  const size = Number(query.page_size ?? DEFAULT_PAGE_SIZE);
  const number = Number(query.page ?? 1);
  if (number > 1 && (number - 1) * size >= all.length) return { status: 400 };
  return { status: 200, body: { count: all.length, results: all.slice((number - 1) * size, number * size) } };
}

/** Ids are in order of creation. */
const newestFirst = (a: { id: string }, b: { id: string }) => (a.id < b.id ? 1 : -1);

function by(ordering: string): (a: TaskView, b: TaskView) => number {
  const keys = ordering.split(',').map((key) => ({ name: key.replace('-', ''), sign: key.startsWith('-') ? -1 : 1 }));
  return (a, b) => {
    for (const { name, sign } of keys) {
      const [one, other] = [rank(a, name), rank(b, name)];
      if (one === other) continue;
      if (one === null || other === null) return one === null ? 1 : -1;
      return one < other ? -sign : sign;
    }
    return newestFirst(a, b);
  };
}

function rank(task: TaskView, name: string): string | number | null {
  if (name === 'priority') return PRIORITIES.indexOf(task.priority);
  if (name === 'status') return STATUSES.indexOf(task.status);
  return task[name as 'title' | 'due_date' | 'created_at'];
}
