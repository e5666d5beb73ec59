import { InvalidCursor } from '@app/problems';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTask } from './task-change.js';
import { decodeCursor, encodeCursor } from './task-cursor.js';
import { type OrderKey, parseOrdering } from './task-ordering.js';
import type { TaskSelection } from './task-selection.js';

const ID = '0199a000-0000-7000-8000-000000000001';
const NOW = new Date('2026-11-23T10:00:00.123Z');
const { task } = newTask(
  ID,
  'ada',
  {
    title: '🚀 "G"',
    description: '',
    status: 'in_progress',
    priority: 'high',
    due_date: null,
    due_is_day: false,
  },
  NOW,
);

const selectionBy = (ordering: string): TaskSelection => ({
  userId: 'ada',
  filter: { statuses: ['pending', 'in_progress'], search: 'g' },
  order: parseOrdering(ordering) as OrderKey[],
});

describe('a cursor of tasks', () => {
  it('has the sort values and the id of the task', () => {
    const selection = selectionBy('due_date,-title,status,priority,-created_at');
    expect(decodeCursor(selection, encodeCursor(selection, task))).toEqual({
      values: [null, '🚀 "G"', 'in_progress', 'high', NOW],
      id: ID,
    });
  });

  it('is the same text for the same task and selection, so an answer keeps its ETag', () => {
    expect(encodeCursor(selectionBy('title'), task)).toBe(encodeCursor(selectionBy('title'), task));
  });

  it.each<[string, Partial<TaskSelection>]>([
    ['user', { userId: 'eve' }],
    ['ordering', { order: [{ field: 'title', descending: true }] }],
    ['status', { filter: { statuses: ['pending'], search: 'g' } }],
    ['due date', { filter: { statuses: ['pending', 'in_progress'], search: 'g', dueAfter: NOW } }],
    ['overdue', { filter: { statuses: ['pending', 'in_progress'], search: 'g', overdue: false } }],
    ['search', { filter: { statuses: ['pending', 'in_progress'], search: 'h' } }],
  ])('is invalid for another %s', (_, other) => {
    const selection = selectionBy('title');
    const cursor = encodeCursor(selection, task);
    expect(() => decodeCursor({ ...selection, ...other }, cursor)).toThrow(InvalidCursor);
  });

  it('is invalid when a character is changed, added or missing', () => {
    const selection = selectionBy('title');
    const cursor = encodeCursor(selection, task);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABab01-_=+/ \0é'), (at, character) => {
        fc.pre(cursor[at] !== character);
        const broken = [
          `${cursor.slice(0, at)}${character}${cursor.slice(at + 1)}`,
          `${cursor.slice(0, at)}${character}${cursor.slice(at)}`,
          cursor.slice(0, at),
        ];
        for (const text of broken) expect(() => decodeCursor(selection, text)).toThrow(InvalidCursor);
      }),
    );
  });

  // The digest has no secret, so a client can make a cursor of any values.
  it.each([
    ['created_at', { created_at: '2026-11-23' }],
    ['created_at', { created_at: null }],
    ['created_at', { created_at: 1e300 }],
    ['created_at', { created_at: 1.5 }],
    ['title', { title: null }],
    ['title', { title: 5 }],
    ['title', { title: 'a\0b' }],
    ['title', { title: ['a'] }],
    ['status', { status: 'done' }],
    ['priority', { priority: null }],
    ['priority', { priority: 'pending' }],
    ['due_date', { due_date: 'soon' }],
    ['due_date', { id: 'no-id' }],
    ['due_date', { id: null }],
  ])('by %s is invalid with %j', (ordering, values) => {
    const selection = selectionBy(ordering);
    const forged = encodeCursor(selection, Object.assign({ ...task }, values as object));
    expect(() => decodeCursor(selection, forged)).toThrow(InvalidCursor);
  });
});
