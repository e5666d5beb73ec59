import { escapeLike, foldCase, isId } from '@app/database';
import { User } from '@app/users';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { Task, type TaskPriority, type TaskStatus } from './task.entity.js';
import { NEWEST_FIRST, type OrderKey } from './task-ordering.js';

/** Which of somebody's tasks; what is not named is not asked. */
export interface TaskFilter {
  status?: TaskStatus;
  priority?: TaskPriority;
  /** Due earlier than this. */
  dueBefore?: Date;
  /** Due later than this. */
  dueAfter?: Date;
  /** Past its due date and not completed; false: any other. */
  overdue?: boolean;
  /** A part of the title or the description, in any case. */
  search?: string;
}

export interface TaskPage {
  /** Most important first; nulls come last in either direction, ties newest first. */
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

  /** The same, held until the transaction ends: whoever else wants to change it waits. */
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

  /** Writes what can change. The caller holds the row by `lock`. */
  async update(manager: EntityManager, task: Task): Promise<void> {
    const { id, user_id, created_at, ...changeable } = task;
    await manager.createQueryBuilder().update(Task).set(changeable).where('id = :id', { id }).execute();
  }

  async delete(manager: EntityManager, id: string): Promise<void> {
    await manager.createQueryBuilder().delete().from(Task).where('id = :id', { id }).execute();
  }

  /**
   * Whom a mail about the task goes to. Asked on the transaction's own connection: a second one per transaction would
   * run the pool dry, each waiting for another's, when many complete at once.
   */
  ownerOf(manager: EntityManager, task: Task): Promise<User> {
    return manager.createQueryBuilder(User, 'user').where('user.id = :id', { id: task.user_id }).getOneOrFail();
  }

  private owned(manager: EntityManager, userId: string, id: string): SelectQueryBuilder<Task> {
    const query = manager.createQueryBuilder(Task, 'task');
    // PostgreSQL would refuse the question, not answer it.
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

/** Only these are asked for NULLS LAST: an index on any other would not be recognised as sorted. */
const NULLABLE = new Set<OrderKey['field']>(['due_date', 'completed_at']);

function sorted(query: SelectQueryBuilder<Task>, order: readonly OrderKey[]): SelectQueryBuilder<Task> {
  for (const { field, descending } of order) {
    // Named, so that titles sort the same on every server.
    const key = field === 'title' ? 'task.title COLLATE "C"' : `task.${field}`;
    query.addOrderBy(key, descending ? 'DESC' : 'ASC', NULLABLE.has(field) ? 'NULLS LAST' : undefined);
  }
  // Ids are made in order of time and make the order total: no row is on two pages, or on none.
  return query.addOrderBy('task.id', 'DESC');
}
