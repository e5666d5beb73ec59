import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueDate, storedDueDate } from './due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES, type Task, type TaskFields } from './task.entity.js';
import { changeTask, newTask } from './task-change.js';

const NOW = new Date('2026-11-23T10:00:00Z');
const LATER = new Date('2026-11-24T10:00:00Z');

const someFields = (over: Partial<TaskFields> = {}): TaskFields => ({
  title: 'Note G',
  description: '',
  status: 'pending',
  priority: 'medium',
  due_date: null,
  due_is_day: false,
  ...over,
});
const someTask = (over: Partial<TaskFields> = {}): Task => newTask('id', 'owner', someFields(over), NOW).task;

describe('a new task', () => {
  it('is completed only when it is created with that status', () => {
    expect(newTask('id', 'owner', someFields(), NOW)).toMatchObject({ completed: false, task: { completed_at: null } });
    expect(newTask('id', 'owner', someFields({ status: 'completed' }), NOW)).toMatchObject({
      completed: true,
      task: { completed_at: NOW, version: 1 },
    });
  });
});

describe('changing a task', () => {
  it('keeps the fields that are absent', () => {
    const task = someTask({ description: 'all seven', due_date: LATER });
    expect(changeTask(task, { priority: 'high' }, LATER).task).toEqual({
      ...task,
      priority: 'high',
      version: 2,
      updated_at: LATER,
    });
  });

  it('completes it once; a second completion changes nothing', () => {
    const first = changeTask(someTask(), { status: 'completed' }, NOW);
    expect(first).toMatchObject({ changed: true, completed: true, task: { completed_at: NOW, version: 2 } });
    expect(changeTask(first.task, { status: 'completed' }, LATER)).toEqual({
      task: first.task,
      changed: false,
      completed: false,
    });
  });

  it('keeps completed_at when another field of a completed task changes', () => {
    const done = someTask({ status: 'completed' });
    expect(changeTask(done, { title: 'Note H' }, LATER)).toMatchObject({
      completed: false,
      task: { completed_at: NOW },
    });
  });

  it('clears completed_at when the task is reopened, and can complete it again', () => {
    const reopened = changeTask(someTask({ status: 'completed' }), { status: 'in_progress' }, NOW);
    expect(reopened).toMatchObject({ completed: false, task: { completed_at: null } });
    expect(changeTask(reopened.task, { status: 'completed' }, LATER)).toMatchObject({
      completed: true,
      task: { completed_at: LATER },
    });
  });

  it('compares dates by their time', () => {
    const task = someTask({ due_date: new Date(LATER) });
    expect(changeTask(task, { due_date: new Date(LATER) }, LATER).changed).toBe(false);
    expect(changeTask(task, { due_date: null }, LATER)).toMatchObject({ changed: true, task: { due_date: null } });
  });

  it('tells a day from the instant at which it ends', () => {
    const day = someTask(storedDueDate(DueDate.parse('2026-12-01')!));
    const instant = storedDueDate(DueDate.parse('2026-12-01T23:59:59.999Z')!);
    expect(changeTask(day, storedDueDate(DueDate.parse('2026-12-01')!), LATER).changed).toBe(false);
    expect(changeTask(day, instant, LATER)).toMatchObject({ changed: true, task: { due_is_day: false, version: 2 } });
  });

  it('is a merge patch: present fields change, absent fields stay, and each change has a new version', () => {
    const fields = fc.record({
      title: fc.string(),
      description: fc.string(),
      status: fc.constantFrom(...TASK_STATUSES),
      priority: fc.constantFrom(...TASK_PRIORITIES),
      due_date: fc.option(fc.date({ noInvalidDate: true })),
      due_is_day: fc.boolean(),
    });
    const patches = fc.array(
      fields.chain((whole) =>
        fc.subarray(Object.entries(whole)).map((some) => Object.fromEntries(some) as Partial<TaskFields>),
      ),
    );
    fc.assert(
      fc.property(fields, patches, (start, changes) => {
        let task = newTask('id', 'owner', start, NOW).task;
        let completions = 0;
        for (const patch of changes) {
          const before = task;
          const change = changeTask(before, patch, LATER);
          task = change.task;
          completions += Number(change.completed);
          expect(task).toMatchObject({ ...patch });
          for (const field of Object.keys(start) as (keyof TaskFields)[])
            if (!(field in patch)) expect(task[field]).toEqual(before[field]);
          expect(task.completed_at !== null).toBe(task.status === 'completed');
          expect(change.completed).toBe(before.status !== 'completed' && task.status === 'completed');
          expect(task.version).toBe(before.version + Number(change.changed));
          if (!change.changed) expect(task).toBe(before);
        }
        expect(completions).toBeLessThanOrEqual(changes.length);
      }),
    );
  });
});
