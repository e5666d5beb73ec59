import type { Task, TaskFields } from './task.entity.js';

/** What became of a task. */
export interface TaskChange {
  task: Task;
  /** False where the change asked for what already was; then `task` is the old one, and nothing is to be written. */
  changed: boolean;
  /** The task was not completed before and is now: the moment that a mail is due. */
  completed: boolean;
}

/** A new task as its owner describes it. It may be born completed, which is a completion like any other. */
export function newTask(id: string, userId: string, fields: TaskFields, now: Date): TaskChange {
  const completed = fields.status === 'completed';
  const task: Task = {
    id,
    user_id: userId,
    ...fields,
    completed_at: completed ? now : null,
    version: 1,
    created_at: now,
    updated_at: now,
  };
  return { task, changed: true, completed };
}

/**
 * The task after `changes`; fields that are not named keep their values. Completing sets `completed_at`, once, and any
 * other status clears it, so that completing again later is a completion of its own.
 */
export function changeTask(task: Task, changes: Partial<TaskFields>, now: Date): TaskChange {
  const next = { ...task, ...changes };
  if (sameFields(task, next)) return { task, changed: false, completed: false };
  const completed = next.status === 'completed' && task.status !== 'completed';
  return {
    task: {
      ...next,
      completed_at: completed ? now : next.status === 'completed' ? task.completed_at : null,
      version: task.version + 1,
      updated_at: now,
    },
    changed: true,
    completed,
  };
}

const sameFields = (a: TaskFields, b: TaskFields): boolean =>
  a.title === b.title &&
  a.description === b.description &&
  a.status === b.status &&
  a.priority === b.priority &&
  a.due_date?.getTime() === b.due_date?.getTime();
