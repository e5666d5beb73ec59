import { TagCache } from '@app/cache';
import { CONFIG, type Config } from '@app/config';
import { Deadline, FairQueue, newId, Transactions, type Tx } from '@app/database';
import { MailOutbox } from '@app/mail';
import { NotFound } from '@app/problems';
import { Inject, Injectable } from '@nestjs/common';
import { dueDateText } from './due-date.js';
import { anyVersion, etagOf, type VersionCondition } from './if-match.js';
import type { Task, TaskFields } from './task.entity.js';
import { changeTask, newTask, type TaskChange } from './task-change.js';
import { decodeCursor, encodeCursor } from './task-cursor.js';
import { NEWEST_FIRST, type OrderKey } from './task-ordering.js';
import type { TaskFilter, TaskSelection } from './task-selection.js';
import { PreconditionFailed } from './tasks.problems.js';
import { type FoundTasks, type TaskPage, TasksRepository } from './tasks.repository.js';

/**
 * Searches of one user at a time. A search reads all descriptions of its user, up to seconds: ten of them held all connections, and
 * every other request was 503.
 */
const SEARCHES_PER_USER = 2;

/** The cache tag of all answers that show tasks of this user. */
export const tasksTag = (userId: string): string => `tasks:${userId}`;

/** A page by its offset; or the one behind a cursor, which is empty for the first page. */
export type PageRequest = { order?: readonly OrderKey[]; limit: number } & ({ offset: number } | { cursor: string });

export interface TaskList extends FoundTasks {
  /** Null on the last page. */
  nextCursor: string | null;
}

/** What users can do with their tasks. Tasks of other users are not found. */
@Injectable()
export class TasksService {
  private readonly searches: FairQueue;

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'DATABASE_POOL_SIZE' | 'ROWS_QUERY_TIMEOUT_MS'>,
    private readonly transactions: Transactions,
    private readonly tasks: TasksRepository,
    private readonly mails: MailOutbox,
    private readonly cache: TagCache,
  ) {
    // Half of the connections stay free for other requests.
    const atOnce = Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / 2));
    this.searches = new FairQueue({ atOnce, perUser: SEARCHES_PER_USER });
  }

  /**
   * @param signal of the client: when it leaves, its search ends
   * @throws InvalidCursor; for a search also QueryTimeout, ClientGone
   */
  async list(userId: string, filter: TaskFilter, wanted: PageRequest, signal?: AbortSignal): Promise<TaskList> {
    const { order = NEWEST_FIRST, limit } = wanted;
    const selection = { userId, filter, order };
    const place = { order, limit, from: startOf(selection, wanted) };
    const page = filter.search
      ? await this.search(userId, filter, place, signal)
      : await this.tasks.page(userId, filter, place);
    const last = page.tasks.at(-1);
    return { ...page, nextCursor: page.hasNext && last ? encodeCursor(selection, last) : null };
  }

  /** @throws NotFound, also for a task of another user */
  async get(userId: string, id: string): Promise<Task> {
    const task = await this.tasks.find(userId, id);
    if (!task) throw new NotFound({ what: 'task' });
    return task;
  }

  create(userId: string, fields: TaskFields): Promise<Task> {
    const change = newTask(newId(), userId, fields, new Date());
    const write = async (tx: Tx) => {
      // Before the insert, which may commit at once: the cache must know of a change before it is committed.
      await this.publish(tx, change);
      await this.tasks.insert(tx.manager, change.task);
      return change.task;
    };
    return change.completed ? this.transactions.run(write) : this.transactions.runOne(write);
  }

  /**
   * Changes the fields in `changes` and keeps the others. The row is locked from the read to the commit, so of several concurrent
   * completions exactly one completes the task and adds a mail.
   * @throws NotFound, PreconditionFailed
   */
  change(
    userId: string,
    id: string,
    changes: Partial<TaskFields>,
    condition: VersionCondition = anyVersion,
  ): Promise<Task> {
    return this.transactions.run(async (tx) => {
      const current = await this.lock(tx, userId, id, condition);
      const change = changeTask(current, changes, new Date());
      if (change.changed) {
        await this.tasks.update(tx.manager, change.task);
        await this.publish(tx, change);
      }
      return change.task;
    });
  }

  /** @throws NotFound, PreconditionFailed */
  complete(userId: string, id: string, condition?: VersionCondition): Promise<Task> {
    return this.change(userId, id, { status: 'completed' }, condition);
  }

  /** @throws NotFound, PreconditionFailed */
  remove(userId: string, id: string, condition: VersionCondition = anyVersion): Promise<void> {
    return this.transactions.run(async (tx) => {
      await this.lock(tx, userId, id, condition);
      await this.tasks.delete(tx.manager, id);
      this.cache.invalidateAfterCommit(tx, [tasksTag(userId)]);
    });
  }

  private search(userId: string, filter: TaskFilter, place: TaskPage, signal?: AbortSignal): Promise<FoundTasks> {
    const deadline = Deadline.in(this.config.ROWS_QUERY_TIMEOUT_MS, signal);
    return this.searches.run(userId, deadline, () => this.tasks.page(userId, filter, place, deadline));
  }

  private async lock(tx: Tx, userId: string, id: string, condition: VersionCondition): Promise<Task> {
    const task = await this.tasks.lock(tx.manager, userId, id);
    if (!task) throw new NotFound({ what: 'task' });
    if (!condition(task.version)) throw new PreconditionFailed({}, { headers: { ETag: etagOf(task) } });
    return task;
  }

  /** Commits with the change: invalidates the cache, and adds a mail when the change completed the task. */
  private async publish(tx: Tx, { task, completed }: TaskChange): Promise<void> {
    this.cache.invalidateAfterCommit(tx, [tasksTag(task.user_id)]);
    if (!completed) return;
    const owner = await this.tasks.ownerOf(tx.manager, task);
    const due = dueDateText(task);
    await this.mails.add(tx, {
      to: owner.email,
      userId: owner.id,
      template: 'task-completed',
      context: {
        full_name: owner.full_name || owner.username,
        task_id: task.id,
        title: task.title,
        completed_at: task.completed_at!.toISOString(),
        ...(due !== null && { due_date: due }),
      },
    });
  }
}

function startOf(selection: TaskSelection, wanted: PageRequest): TaskPage['from'] {
  if ('offset' in wanted) return { offset: wanted.offset };
  return wanted.cursor === '' ? { offset: 0 } : { position: decodeCursor(selection, wanted.cursor) };
}
