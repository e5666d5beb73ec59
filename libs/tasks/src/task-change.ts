import type { Task, TaskFields } from './task.entity.js';

/** The result of a change. */
export interface TaskChange {
  task: Task;
  /** False when the task already had these values. `task` is then the old object, and nothing needs to be written. */
  changed: boolean;
  /** True when the change completed the task. A mail is then due. */
  completed: boolean;
}

/** A new task. One that is created with the status `completed` counts as a completion. */
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
 * The task after `changes`. Absent fields keep their values. A completion sets `completed_at`; any other status clears it, so a
 * reopened task can be completed again.
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
  a.due_date?.getTime() === b.due_date?.getTime() &&
  a.due_is_day === b.due_is_day;
