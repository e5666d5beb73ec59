import { loadConfig } from '@app/config';
import { dataSourceOptions, LimitedReads, newId, Statements } from '@app/database';
import { User } from '@app/users';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { DueDate, storedDueDate } from '../src/due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES, Task, type TaskFields } from '../src/task.entity.js';
import { newTask } from '../src/task-change.js';
import { decodeCursor, encodeCursor } from '../src/task-cursor.js';
import { NEWEST_FIRST, ORDERABLE, type OrderKey } from '../src/task-ordering.js';
import type { TaskFilter } from '../src/task-selection.js';
import { type TaskPage, TasksRepository } from '../src/tasks.repository.js';

let database: TestDatabase;
let source: DataSource;
let tasks: TasksRepository;
let owner: string;

const HOUR = 3_600_000;
const NOW = Date.now();

beforeAll(async () => {
  database = await createTestDatabase();
  const config = loadConfig({ DATABASE_URL: database.url });
  const options = dataSourceOptions(config, 'test');
  source = await new DataSource({ ...options, entities: [Task, User] }).initialize();
  const statements = new Statements(config, source);
  tasks = new TasksRepository(source, statements, new LimitedReads(source, statements));
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(async () => {
  owner = newId();
  await source.query(`INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, $2, 'u', '', '')`, [
    owner,
    `${owner}@example.com`,
  ]);
});

async function insert(fields: Partial<TaskFields>, createdAt = new Date(NOW)): Promise<Task> {
  const whole: TaskFields = {
    title: 'Note G',
    description: '',
    status: 'pending',
    priority: 'medium',
    due_date: null,
    due_is_day: false,
    ...fields,
  };
  const { task } = newTask(newId(), owner, whole, createdAt);
  await tasks.insert(source.manager, task);
  return task;
}

const titlesOf = async (filter: TaskFilter) =>
  (await tasks.page(owner, filter, { order: NEWEST_FIRST, limit: 100, from: { offset: 0 } })).tasks
    .map(({ title }) => title)
    .sort();

describe('searching tasks', () => {
  it('finds parts of title and description in any case and script', async () => {
    await insert({ title: 'ÜBERGRÖSSE' });
    await insert({ title: 'b', description: 'eine übergröße' });
    await insert({ title: 'Übergang', description: 'größe' });
    expect(await titlesOf({ search: 'übergrö' })).toEqual(['b', 'ÜBERGRÖSSE'].sort());
    expect(await titlesOf({ search: 'ÜBERGANG' })).toEqual(['Übergang']);
  });

  it.each(['%', '_', '\\', '100%', 'a_b', "'", '";--', '\\%'])('finds %j literally', async (text) => {
    await insert({ title: `x${text}y` });
    await insert({ title: 'x100 a-b y' });
    expect(await titlesOf({ search: text })).toEqual([`x${text}y`]);
  });

  it('does not find a text that spans title and description', async () => {
    await insert({ title: 'ab', description: 'cd' });
    expect(await titlesOf({ search: 'bc' })).toEqual([]);
  });
});

describe('filtering by due date', () => {
  beforeEach(async () => {
    await insert({ title: 'past', due_date: new Date(NOW - HOUR) });
    await insert({ title: 'past, done', due_date: new Date(NOW - HOUR), status: 'completed' });
    await insert({ title: 'future', due_date: new Date(NOW + HOUR) });
    await insert({ title: 'none' });
  });

  it('treats a task as overdue when the date has passed and it is not completed', async () => {
    expect(await titlesOf({ overdue: true })).toEqual(['past']);
    expect(await titlesOf({ overdue: false })).toEqual(['future', 'none', 'past, done']);
  });

  it('treats a day as overdue only when it is over', async () => {
    const day = (offset: number) => new Date(NOW + offset * 24 * HOUR).toISOString().slice(0, 10);
    for (const [title, offset] of [
      ['yesterday', -1],
      ['today', 0],
      ['tomorrow', 1],
    ] as const)
      await insert({ title, ...storedDueDate(DueDate.parse(day(offset))!) });
    expect(await titlesOf({ overdue: true })).toEqual(['past', 'yesterday']);
  });

  it('takes the first and the last day that there are', async () => {
    const [first, last] = [DueDate.parse('0001-01-01')!, DueDate.parse('9999-12-31')!];
    await insert({ title: 'first', ...storedDueDate(first) });
    await insert({ title: 'last', ...storedDueDate(last) });
    expect(await titlesOf({ dueAfter: last.startOfAfter })).toEqual(['last']);
    expect(await titlesOf({ dueBefore: first.endOfBefore })).toEqual(['first']);
    expect(await titlesOf({ dueAfter: first.startOfAfter, dueBefore: last.endOfBefore })).toHaveLength(5);
  });

  it('excludes the given time itself', async () => {
    expect(await titlesOf({ dueBefore: new Date(NOW + HOUR) })).toEqual(['past', 'past, done']);
    expect(await titlesOf({ dueAfter: new Date(NOW - HOUR) })).toEqual(['future']);
    expect(
      await titlesOf({
        dueAfter: new Date(NOW - HOUR - 1),
        dueBefore: new Date(NOW - HOUR + 1),
        statuses: ['pending'],
      }),
    ).toEqual(['past']);
  });
});

describe('any list of tasks', () => {
  const day = fc.integer({ min: -2, max: 2 }).map((days) => new Date(NOW + days * 24 * HOUR));
  const due = fc
    .tuple(day, fc.option(fc.boolean()))
    .map(([date, kind]) =>
      storedDueDate(kind === null ? null : DueDate.parse(date.toISOString().slice(0, kind ? 10 : undefined))!),
    );
  const fieldsWithoutDue = fc.record({
    title: fc.constantFrom('a', 'B', 'b', 'Z', 'é', '🚀', '\uffee'),
    status: fc.constantFrom(...TASK_STATUSES),
    priority: fc.constantFrom(...TASK_PRIORITIES),
  });
  const fields = fc.tuple(fieldsWithoutDue, due).map(([others, date]) => ({ ...others, ...date }));
  const order = fc
    .shuffledSubarray([...ORDERABLE], { minLength: 1, maxLength: 3 })
    .chain((names) =>
      fc.tuple(...names.map((field) => fc.record({ field: fc.constant(field), descending: fc.boolean() }))),
    );
  // Mostly no filter or one: several together leave few rows to sort.
  const filter = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.subarray([...TASK_STATUSES], { minLength: 1 }).map((statuses) => ({ statuses })) },
    { weight: 1, arbitrary: fc.subarray([...TASK_PRIORITIES], { minLength: 1 }).map((priorities) => ({ priorities })) },
    { weight: 1, arbitrary: day.map((dueBefore) => ({ dueBefore })) },
    { weight: 1, arbitrary: day.map((dueAfter) => ({ dueAfter })) },
    { weight: 1, arbitrary: fc.boolean().map((overdue) => ({ overdue })) },
    {
      weight: 2,
      arbitrary: fc.record({
        statuses: fc.constantFrom(...TASK_STATUSES).map((status) => [status]),
        priorities: fc.constantFrom(...TASK_PRIORITIES).map((priority) => [priority]),
        overdue: fc.boolean(),
      }),
    },
  );

  it('equals filtering and sorting in memory, page by page, each task once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fields, day), { minLength: 4, maxLength: 14, size: 'max' }),
        filter,
        order,
        async (made, asked: TaskFilter, by) => {
          await source.query('DELETE FROM tasks WHERE user_id = $1', [owner]);
          const all: Task[] = [];
          for (const [one, createdAt] of made) all.push(await insert(one, createdAt));
          const expected = all.filter((task) => passes(task, asked)).sort(comparing(by));
          const found: Task[] = [];
          for (let offset = 0; ; offset += 5) {
            const page = await tasks.page(owner, asked, { order: by, limit: 5, from: { offset } });
            expect(page.count).toBe(expected.length);
            found.push(...page.tasks);
            expect(page.hasNext).toBe(found.length < expected.length);
            if (page.tasks.length < 5) break;
          }
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('walked by cursor has each task once and in order, whatever is inserted and deleted meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fields, day), { minLength: 6, maxLength: 14, size: 'max' }),
        fc.array(fc.tuple(fields, day), { minLength: 6, maxLength: 6 }),
        filter,
        order,
        async (made, late, asked: TaskFilter, by) => {
          await source.query('DELETE FROM tasks WHERE user_id = $1', [owner]);
          const all: Task[] = [];
          for (const [one, createdAt] of made) all.push(await insert(one, createdAt));
          const expected = all.filter((task) => passes(task, asked)).sort(comparing(by));
          const selection = { userId: owner, filter: asked, order: by };
          const found: Task[] = [];
          const lateOnes: Task[] = [];
          let from: TaskPage['from'] = { offset: 0 };
          for (;;) {
            const page = await tasks.page(owner, asked, { order: by, limit: 2, from });
            found.push(...page.tasks);
            const last = page.tasks.at(-1);
            if (!page.hasNext || !last) break;
            from = { position: decodeCursor(selection, encodeCursor(selection, last)) };
            const [one, createdAt] = late.pop() ?? [];
            if (one) lateOnes.push(await insert(one, createdAt));
            // The cursor must not need the task that it was made of.
            await tasks.delete(source.manager, last.id);
          }
          expect(found.filter(({ id }) => !lateOnes.some((task) => task.id === id))).toEqual(expected);
          expect(found).toEqual([...found].sort(comparing(by)));
          expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});

function passes(task: Task, { statuses, priorities, dueBefore, dueAfter, overdue }: TaskFilter): boolean {
  const due = task.due_date?.getTime();
  const late = due !== undefined && due < Date.now() && task.status !== 'completed';
  return (
    (statuses === undefined || statuses.includes(task.status)) &&
    (priorities === undefined || priorities.includes(task.priority)) &&
    (dueBefore === undefined || (due !== undefined && due < dueBefore.getTime())) &&
    (dueAfter === undefined || (due !== undefined && due > dueAfter.getTime())) &&
    (overdue === undefined || late === overdue)
  );
}

const rank = (task: Task, field: OrderKey['field']): number | Buffer | null => {
  switch (field) {
    case 'title':
      return Buffer.from(task.title);
    case 'status':
      return TASK_STATUSES.indexOf(task.status);
    case 'priority':
      return TASK_PRIORITIES.indexOf(task.priority);
    default:
      return task[field]?.getTime() ?? null;
  }
};

const comparing = (order: readonly OrderKey[]) => (one: Task, other: Task) => {
  for (const { field, descending } of order) {
    const [a, b] = [rank(one, field), rank(other, field)];
    if (a === null || b === null) {
      if (a !== b) return a === null ? 1 : -1;
      continue;
    }
    const difference = typeof a === 'number' ? a - (b as number) : Buffer.compare(a, b as Buffer);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return one.id < other.id ? 1 : -1;
};
