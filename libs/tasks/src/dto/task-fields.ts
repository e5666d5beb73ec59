import { IsText, Satisfies } from '@app/http';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateIf } from 'class-validator';
import { TASK_PRIORITIES, TASK_STATUSES } from '../task.entity.js';

const DATE = String.raw`\d{4}-\d\d-\d\d`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const RFC_3339 = new RegExp(String.raw`^(${DATE})(?:T${CLOCK}:[0-5]\d(?:\.\d+)?(?:Z|[+-]${CLOCK}))?$`, 'i');

// RFC 3339 has years of four digits. An offset can move a time beyond the first or the last of them.
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Parses an RFC 3339 time, to the millisecond, or a date, which stands for its first moment in UTC. A time without a zone is not
 * accepted, because its meaning would depend on the server's own zone.
 * @returns undefined for any other text.
 */
export function parseTime(text: string): Date | undefined {
  const date = RFC_3339.exec(text)?.[1];
  if (date === undefined || !isDayOfCalendar(date)) return undefined;
  const time = Date.parse(text.toUpperCase());
  return time >= FIRST && time <= LAST ? new Date(time) : undefined;
}

/** `Date.parse` reads 30 February as 2 March. */
const isDayOfCalendar = (date: string): boolean => {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
};

/** The field may be absent. Null is validated like any other value; IsOptional would accept it. */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A time as text. A text that cannot be parsed stays as it is, and the rule rejects it. */
export const IsTime = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? (parseTime(value) ?? value) : value)),
    Satisfies(
      'isTime',
      'must be an RFC 3339 time with its zone, such as 2026-12-24T18:00:00Z, or a date',
      (value) => value instanceof Date,
    ),
  );

const oneOf = (values: readonly string[]): PropertyDecorator =>
  IsIn(values, { message: `must be one of ${values.join(', ')}` });

export const IsStatus = (): PropertyDecorator => oneOf(TASK_STATUSES);
export const IsPriority = (): PropertyDecorator => oneOf(TASK_PRIORITIES);

/** White space at either end is dropped. */
export const IsTitle = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? value.trim() : value)),
    IsText(1, 255),
  );

/** Null stands for an empty description. */
export const IsDescription = (): PropertyDecorator => applyDecorators(IsOptional(), IsText(0, 65_000));

/** Null stands for no due date. */
export const IsDueDate = (): PropertyDecorator => applyDecorators(IsOptional(), IsTime());
