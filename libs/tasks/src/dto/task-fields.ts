import { IsText, Satisfies } from '@app/http';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateIf } from 'class-validator';
import { TASK_PRIORITIES, TASK_STATUSES } from '../task.entity.js';
import { parseTime } from '../time.js';

/** Absent is fine; null is a value like any other. (IsOptional lets null through as well.) */
export const IfPresent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** A time, given as text; what cannot be read stays as it is, for the rule to name. */
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

/** The white space around a title is nobody's intention. */
export const IsTitle = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }) => (typeof value === 'string' ? value.trim() : value)),
    IsText(1, 255),
  );

/** Null is as good as empty. */
export const IsDescription = (): PropertyDecorator => applyDecorators(IsOptional(), IsText(0, 65_536));

/** Null is no due date. */
export const IsDueDate = (): PropertyDecorator => applyDecorators(IsOptional(), IsTime());
