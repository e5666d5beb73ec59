import { escapeLike, foldCase, isId } from '@app/database';
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

const CONTAINS = `(${foldCase('task.title')} LIKE ${foldCase(':pattern')} OR ${foldCase('task.description')} LIKE ${foldCase(':pattern')})`;

const OVERDUE = `(task.status <> 'completed' AND task.due_date < now())`;

@Injectable()
export class TasksRepository {
  constructor(private readonly dataSource: DataSource) {}

  find(userId: string, id: string): Promise<Task | null> {
    return this.owned(this.dataSource.manager, userId, id).getOne();
  }

  /** Finds and locks the task until the transaction ends. Other changes of it wait. */
  lock(manager: EntityManager, userId: string, id: string): Promise<Task | null> {
    return this.owned(manager, userId, id).setLock('pessimistic_write').getOne();
  }

  async page(userId: string, filter: TaskFilter, page: TaskPage): Promise<{ count: number; tasks: Task[] }> {
    const [count, tasks] = await Promise.all([
      this.matching(userId, filter).getCount(),
      sorted(this.matching(userId, filter), page.order ?? NEWEST_FIRST)
        .offset(page.offset)
        .limit(page.limit)
        .getMany(),
    ]);
    return { count, tasks };
  }

  async insert(manager: EntityManager, task: Task): Promise<void> {
    await manager.createQueryBuilder().insert().into(Task).values(task).execute();
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

  private matching(userId: string, filter: TaskFilter): SelectQueryBuilder<Task> {
    const query = this.dataSource.createQueryBuilder(Task, 'task').where('task.user_id = :userId', { userId });
    const { status, priority, dueBefore, dueAfter, overdue, search } = filter;
    if (status) query.andWhere('task.status = :status', { status });
    if (priority) query.andWhere('task.priority = :priority', { priority });
    if (dueBefore) query.andWhere('task.due_date < :dueBefore', { dueBefore });
    if (dueAfter) query.andWhere('task.due_date > :dueAfter', { dueAfter });
    if (overdue !== undefined) query.andWhere(overdue ? OVERDUE : `${OVERDUE} IS NOT TRUE`);
    if (search) query.andWhere(CONTAINS, { pattern: `%${escapeLike(search)}%` });
    return query;
  }
}

/** NULLS LAST is used for these only: with it, PostgreSQL does not use an index to sort by a column that has no nulls. */
const NULLABLE = new Set<OrderKey['field']>(['due_date', 'completed_at']);

function sorted(query: SelectQueryBuilder<Task>, order: readonly OrderKey[]): SelectQueryBuilder<Task> {
  for (const { field, descending } of order) {
    // With this collation, titles have the same order on every server.
    const key = field === 'title' ? 'task.title COLLATE "C"' : `task.${field}`;
    query.addOrderBy(key, descending ? 'DESC' : 'ASC', NULLABLE.has(field) ? 'NULLS LAST' : undefined);
  }
  // Ids increase with time. They make the order total, so no row is on two pages or on none.
  return query.addOrderBy('task.id', 'DESC');
}
