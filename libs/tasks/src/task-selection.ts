import { escapeLike, foldCase } from '@app/database';
import type { TaskPriority, TaskStatus } from './task.entity.js';
import { NULLABLE, type OrderKey } from './task-ordering.js';

/** Selects tasks of one user. An absent field does not filter. */
export interface TaskFilter {
  /** Any of these. */
  statuses?: readonly TaskStatus[];
  /** Any of these. */
  priorities?: readonly TaskPriority[];
  /** Due before this time. */
  dueBefore?: Date;
  /** Due after this time. */
  dueAfter?: Date;
  /** True: past the due date, and not completed. False: all others. */
  overdue?: boolean;
  /** A part of the title or the description. Case is ignored. */
  search?: string;
}

/** The place behind a task in an ordered list. */
export interface TaskPosition {
  /** The task's value of each key of the ordering. */
  values: (string | Date | null)[];
  id: string;
}

/** A list, whole and in its order; a cursor is valid for one. */
export interface TaskSelection {
  userId: string;
  filter: TaskFilter;
  order: readonly OrderKey[];
}

/** Due dates have milliseconds. A task that is due in this millisecond is not overdue: the last one of a day belongs to the day. */
const OVERDUE = `(status <> 'completed' AND due_date < date_trunc('milliseconds', now()))`;

/** Adds a value to those of a statement. @returns the SQL that stands for it. */
export type Parameter = (value: unknown) => string;

/** The condition of a filter. */
export function matching(userId: string, filter: TaskFilter, parameter: Parameter): string {
  const { statuses, priorities, dueBefore, dueAfter, overdue, search } = filter;
  let where = `user_id = ${parameter(userId)}`;
  if (statuses) where += ` AND ${isAnyOf('status', 'task_status', statuses, parameter)}`;
  if (priorities) where += ` AND ${isAnyOf('priority', 'task_priority', priorities, parameter)}`;
  if (dueBefore) where += ` AND due_date < ${parameter(dueBefore)}`;
  if (dueAfter) where += ` AND due_date > ${parameter(dueAfter)}`;
  if (overdue !== undefined) where += overdue ? ` AND ${OVERDUE}` : ` AND ${OVERDUE} IS NOT TRUE`;
  if (search) {
    const pattern = foldCase(`${parameter(`%${escapeLike(search)}%`)}::text`);
    where += ` AND (${foldCase('title')} LIKE ${pattern} OR ${foldCase('description')} LIKE ${pattern})`;
  }
  return where;
}

/** A comparison with one value lets an index give the order, too. */
const isAnyOf = (column: string, type: string, wanted: readonly string[], parameter: Parameter): string =>
  wanted.length === 1 ? `${column} = ${parameter(wanted[0])}` : `${column} = ANY(${parameter(wanted)}::${type}[])`;

// With this collation, titles have the same order on every server.
const columnOf = (field: OrderKey['field']): string => (field === 'title' ? 'title COLLATE "C"' : field);

/** The keys of ORDER BY. */
export function sorted(order: readonly OrderKey[]): string {
  const keys = order.map(({ field, descending }) => {
    // With NULLS LAST, PostgreSQL does not use an index to sort by a column that has no nulls.
    return `${columnOf(field)} ${descending ? 'DESC' : 'ASC'}${NULLABLE.has(field) ? ' NULLS LAST' : ''}`;
  });
  // Ids increase with time. They make the order total, so no row is on two pages or on none.
  return [...keys, 'id DESC'].join(', ');
}

/** The condition for tasks that come behind a position: a later value of a key, or the same one and a later value of the next. */
export function behind(order: readonly OrderKey[], { values, id }: TaskPosition, parameter: Parameter): string {
  const places = values.map((value) => (value === null ? 'NULL' : parameter(value)));
  const condition = order.reduceRight(
    (rest, { field, descending }, at) => {
      const column = columnOf(field);
      if (values[at] === null) return `(${column} IS NULL AND ${rest})`;
      const orNull = NULLABLE.has(field) ? ` OR ${column} IS NULL` : '';
      return `(${column} ${descending ? '<' : '>'} ${places[at]}${orNull} OR (${column} = ${places[at]} AND ${rest}))`;
    },
    `id < ${parameter(id)}`,
  );
  const [first] = order;
  if (!first || NULLABLE.has(first.field)) return condition;
  // The same condition implies this one, which an index can use.
  return `${columnOf(first.field)} ${first.descending ? '<=' : '>='} ${places[0]} AND ${condition}`;
}
