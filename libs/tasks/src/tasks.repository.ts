import { escapeLike, foldCase, isId, Statements } from '@app/database';
import { User } from '@app/users';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Task, type TaskPriority, type TaskStatus } from './task.entity.js';
import { NEWEST_FIRST, type OrderKey } from './task-ordering.js';

/** Selects tasks of one user. An absent field does not filter. */
export interface TaskFilter {
  status?: TaskStatus;
  priority?: TaskPriority;
  /** Due before this time. */
  dueBefore?: Date;
  /** Due after this time. */
  dueAfter?: Date;
  /** True: past the due date and not completed. False: all others. */
  overdue?: boolean;
  /** A part of the title or the description. Case is ignored. */
  search?: string;
}

export interface TaskPage {
  /** Most important key first. Nulls come last in both directions. Tasks with equal keys: newest first. */
  order?: readonly OrderKey[];
  offset: number;
  limit: number;
}

const COLUMNS: readonly (keyof Task)[] = [
  'id',
  'user_id',
  'title',
  'description',
  'status',
  'priority',
  'due_date',
  'completed_at',
  'version',
  'created_at',
  'updated_at',
];

const INSERT = `INSERT INTO tasks (${COLUMNS}) VALUES (${COLUMNS.map((_, i) => `$${i + 1}`)})`;

const OVERDUE = `(status <> 'completed' AND due_date < now())`;

@Injectable()
export class TasksRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  find(userId: string, id: string): Promise<Task | null> {
    return this.owned(this.dataSource.manager, userId, id).getOne();
  }

  /** Finds and locks the task until the transaction ends. Other changes of it wait. */
  lock(manager: EntityManager, userId: string, id: string): Promise<Task | null> {
    return this.owned(manager, userId, id).setLock('pessimistic_write').getOne();
  }

  /**
   * The tasks of a page, and how many there are on all pages, in one statement. With a count and a page by TypeORM a request took
   * twice the CPU time.
   */
  async page(userId: string, filter: TaskFilter, page: TaskPage): Promise<{ count: number; tasks: Task[] }> {
    const { where, values } = matching(userId, filter);
    const limit = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
    const text = `SELECT (SELECT count(*)::int FROM tasks WHERE ${where}) AS count, ${COLUMNS} FROM tasks
      WHERE ${where} ORDER BY ${sorted(page.order ?? NEWEST_FIRST)} ${limit}`;
    const rows = await this.statements.rows<Task & { count: number }>(text, [...values, page.limit, page.offset]);
    if (rows.length === 0 && page.offset > 0) return { count: await this.count(userId, filter), tasks: [] };
    return { count: rows[0]?.count ?? 0, tasks: rows.map(({ count, ...task }) => task) };
  }

  private async count(userId: string, filter: TaskFilter): Promise<number> {
    const { where, values } = matching(userId, filter);
    const [row] = await this.statements.rows<{ count: number }>(
      `SELECT count(*)::int FROM tasks WHERE ${where}`,
      values,
    );
    return row!.count;
  }

  async insert(manager: EntityManager, task: Task): Promise<void> {
    const values = COLUMNS.map((column) => task[column]);
    await this.statements.rows(INSERT, values, manager);
  }

  /** Writes the fields that can change. The caller has locked the row with `lock`. */
  async update(manager: EntityManager, task: Task): Promise<void> {
    const { id, user_id, created_at, ...changeable } = task;
    await manager.createQueryBuilder().update(Task).set(changeable).where('id = :id', { id }).execute();
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.createQueryBuilder().delete().from(Task).where('id = :id', { id }).execute();
  }

  /**
   * The recipient of a mail about the task. The query uses the transaction's own connection. With a second connection per
   * transaction, many completions at once would exhaust the pool and wait for each other.
   */
  ownerOf(manager: EntityManager, task: Task): Promise<User> {
    return manager.createQueryBuilder(User, 'user').where('user.id = :id', { id: task.user_id }).getOneOrFail();
  }

  private owned(manager: EntityManager, userId: string, id: string): SelectQueryBuilder<Task> {
    const query = manager.createQueryBuilder(Task, 'task');
    // PostgreSQL rejects a query with an id that is not a UUID.
    if (!isId(id)) return query.where('false');
    return query.where('task.id = :id AND task.user_id = :userId', { id, userId });
  }
}

/** The condition of a filter, and the values of its parameters. */
function matching(userId: string, filter: TaskFilter): { where: string; values: unknown[] } {
  const { status, priority, dueBefore, dueAfter, overdue, search } = filter;
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  let where = `user_id = ${parameter(userId)}`;
  if (status) where += ` AND status = ${parameter(status)}`;
  if (priority) where += ` AND priority = ${parameter(priority)}`;
  if (dueBefore) where += ` AND due_date < ${parameter(dueBefore)}`;
  if (dueAfter) where += ` AND due_date > ${parameter(dueAfter)}`;
  if (overdue !== undefined) where += overdue ? ` AND ${OVERDUE}` : ` AND ${OVERDUE} IS NOT TRUE`;
  if (search) {
    const pattern = foldCase(`${parameter(`%${escapeLike(search)}%`)}::text`);
    where += ` AND (${foldCase('title')} LIKE ${pattern} OR ${foldCase('description')} LIKE ${pattern})`;
  }
  return { where, values };
}

/** NULLS LAST is used for these only: with it, PostgreSQL does not use an index to sort by a column that has no nulls. */
const NULLABLE = new Set<OrderKey['field']>(['due_date', 'completed_at']);

/** The list behind ORDER BY. */
function sorted(order: readonly OrderKey[]): string {
  const keys = order.map(({ field, descending }) => {
    // With this collation, titles have the same order on every server.
    const key = field === 'title' ? 'title COLLATE "C"' : field;
    return `${key} ${descending ? 'DESC' : 'ASC'}${NULLABLE.has(field) ? ' NULLS LAST' : ''}`;
  });
  // Ids increase with time. They make the order total, so no row is on two pages or on none.
  return [...keys, 'id DESC'].join(', ');
}
