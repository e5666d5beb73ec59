import { type Deadline, isId, LimitedReads, Statements } from '@app/database';
import { User } from '@app/users';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Task } from './task.entity.js';
import type { OrderKey } from './task-ordering.js';
import { behind, matching, sorted, type TaskFilter, type TaskPosition } from './task-selection.js';

export interface TaskPage {
  /** Most important key first. Nulls come last in both directions. Tasks with equal keys: newest first. */
  order: readonly OrderKey[];
  limit: number;
  /** The page begins behind so many tasks, or behind a position. */
  from: { offset: number } | { position: TaskPosition };
}

export interface FoundTasks {
  /** Tasks on all pages. */
  count: number;
  tasks: Task[];
  hasNext: boolean;
}

const COLUMNS: readonly (keyof Task)[] = [
  'id',
  'user_id',
  'title',
  'description',
  'status',
  'priority',
  'due_date',
  'due_is_day',
  'completed_at',
  'version',
  'created_at',
  'updated_at',
];

const INSERT = `INSERT INTO tasks (${COLUMNS}) VALUES (${COLUMNS.map((_, i) => `$${i + 1}`)})`;

@Injectable()
export class TasksRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
    private readonly reads: LimitedReads,
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
   * @param deadline of a list that reads all tasks of the user; other lists are quick
   * @throws QueryTimeout, ClientGone
   */
  async page(
    userId: string,
    filter: TaskFilter,
    { order, limit, from }: TaskPage,
    deadline?: Deadline,
  ): Promise<FoundTasks> {
    const values: unknown[] = [];
    const parameter = (value: unknown) => `$${values.push(value)}`;
    const where = matching(userId, filter, parameter);
    const start = 'position' in from ? `AND ${behind(order, from.position, parameter)}` : '';
    const offset = 'offset' in from ? `OFFSET ${parameter(from.offset)}` : '';
    // One task more than asked for tells whether there is a next page.
    const text = `SELECT (SELECT count(*)::int FROM tasks WHERE ${where}) AS count, ${COLUMNS} FROM tasks
      WHERE ${where} ${start} ORDER BY ${sorted(order)} LIMIT ${parameter(limit + 1)} ${offset}`;
    const rows = await this.rows<Task & { count: number }>(text, values, deadline);
    const isFirstPage = 'offset' in from && from.offset === 0;
    const count = rows[0]?.count ?? (isFirstPage ? 0 : await this.count(userId, filter, deadline));
    const tasks = rows.slice(0, limit).map(({ count, ...task }) => task);
    return { count, tasks, hasNext: rows.length > limit };
  }

  private rows<Row>(text: string, values: unknown[], deadline: Deadline | undefined): Promise<Row[]> {
    return deadline ? this.reads.rows<Row>(text, values, deadline) : this.statements.rows<Row>(text, values);
  }

  private async count(userId: string, filter: TaskFilter, deadline: Deadline | undefined): Promise<number> {
    const values: unknown[] = [];
    const where = matching(userId, filter, (value) => `$${values.push(value)}`);
    const text = `SELECT count(*)::int FROM tasks WHERE ${where}`;
    const [row] = await this.rows<{ count: number }>(text, values, deadline);
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
