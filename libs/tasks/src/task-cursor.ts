import { createHash } from 'node:crypto';
import { isId } from '@app/database';
import { InvalidCursor } from '@app/problems';
import { TASK_PRIORITIES, TASK_STATUSES, type Task } from './task.entity.js';
import { NULLABLE, type OrderKey } from './task-ordering.js';
import type { TaskPosition, TaskSelection } from './task-selection.js';

const DIGEST_BYTES = 16;
/** Milliseconds since 1970 at the ends of the years 1 and 9999. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

/**
 * Encodes the last task of a page. The cursor has the task's sort values, because the task may be changed or deleted before the next
 * page is asked for. A digest binds it to the user, filters and ordering. The digest needs no secret: a cursor that a client makes
 * itself is a place in the client's own list.
 */
export function encodeCursor(selection: TaskSelection, task: Task): string {
  const values = selection.order.map(({ field }) => {
    const value = task[field];
    return value instanceof Date ? value.getTime() : value;
  });
  const position = Buffer.from(JSON.stringify([...values, task.id]));
  return Buffer.concat([digest(selection, position), position]).toString('base64url');
}

/** @throws InvalidCursor for a text that `encodeCursor` did not make for this selection. */
export function decodeCursor(selection: TaskSelection, cursor: string): TaskPosition {
  const bytes = Buffer.from(cursor, 'base64url');
  const position = bytes.subarray(DIGEST_BYTES);
  // Node ignores characters that are not of the alphabet.
  if (bytes.toString('base64url') !== cursor || !bytes.subarray(0, DIGEST_BYTES).equals(digest(selection, position)))
    throw new InvalidCursor();
  const values = listIn(position);
  const id = values.pop();
  if (typeof id !== 'string' || !isId(id) || values.length !== selection.order.length) throw new InvalidCursor();
  return { values: selection.order.map(({ field }, at) => sortValue(field, values[at])), id };
}

function digest({ userId, filter, order }: TaskSelection, position: Buffer): Buffer {
  const { statuses, priorities, dueBefore, dueAfter, overdue, search } = filter;
  return createHash('sha256')
    .update(JSON.stringify([userId, order.map(({ field, descending }) => [field, descending])]))
    .update(JSON.stringify({ statuses, priorities, dueBefore, dueAfter, overdue, search }))
    .update(position)
    .digest()
    .subarray(0, DIGEST_BYTES);
}

function listIn(position: Buffer): unknown[] {
  try {
    const list: unknown = JSON.parse(position.toString());
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** The value of a sort key. PostgreSQL would refuse a value of another type. */
function sortValue(field: OrderKey['field'], value: unknown): string | Date | null {
  if (value === null && NULLABLE.has(field)) return null;
  if (typeof value === 'string') {
    const known: readonly string[] | undefined = { status: TASK_STATUSES, priority: TASK_PRIORITIES }[field as string];
    if (known ? known.includes(value) : field === 'title' && !/[\0\p{Cs}]/u.test(value)) return value;
  }
  const isTime = field !== 'title' && field !== 'status' && field !== 'priority';
  if (isTime && Number.isInteger(value) && (value as number) >= FIRST && (value as number) <= LAST)
    return new Date(value as number);
  throw new InvalidCursor();
}
