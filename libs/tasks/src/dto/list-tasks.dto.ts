import { CursorPageQueryDto, IsText } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import type { DueDate } from '../due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES } from '../task.entity.js';
import { ORDERABLE, type OrderKey, parseOrdering } from '../task-ordering.js';
import type { TaskFilter } from '../task-selection.js';
import type { PageRequest } from '../tasks.service.js';
import { anyOf, IsAnyOf, IsTimeOrDay } from './task-fields.js';

/** An empty parameter, as forms send it, counts as absent. */
const BlankIsAbsent = (): PropertyDecorator => Transform(({ value }) => (value === '' ? undefined : value));

/** A pattern for OpenAPI. */
const listOf = (values: readonly string[]): string => `^(${values.join('|')})(,(${values.join('|')}))*$`;

/** Filters and order of the list. A task must match all filters. */
export class ListTasksDto extends CursorPageQueryDto {
  /**
   * `pending`, `in_progress`, `completed`, or several of them, separated by commas: any of these.
   * @example pending,in_progress
   */
  @ApiProperty({ type: String, required: false, pattern: listOf(TASK_STATUSES) })
  @BlankIsAbsent()
  @IsOptional()
  @IsAnyOf(TASK_STATUSES)
  status?: string;

  /**
   * `low`, `medium`, `high`, or several of them, separated by commas: any of these.
   * @example high
   */
  @ApiProperty({ type: String, required: false, pattern: listOf(TASK_PRIORITIES) })
  @BlankIsAbsent()
  @IsOptional()
  @IsAnyOf(TASK_PRIORITIES)
  priority?: string;

  /**
   * Due before this time: RFC 3339 with a zone. Or a date: due on that day (UTC) or before. A task that is due on a day counts as due
   * at its end.
   * @example 2027-01-01T00:00:00Z
   */
  @ApiProperty({ type: String, required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsTimeOrDay()
  due_before?: DueDate;

  /**
   * Due after this time: RFC 3339 with a zone. Or a date: due on that day (UTC) or after.
   * @example 2026-12-01
   */
  @ApiProperty({ type: String, required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsTimeOrDay()
  due_after?: DueDate;

  /** `true`: tasks that are past their due date and not completed. `false`: all others. */
  @ApiProperty({ type: String, enum: ['true', 'false'], required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  overdue?: 'true' | 'false';

  /** A part of the title or the description. Case is ignored. */
  @ApiProperty({ type: String, required: false, maxLength: 255 })
  @BlankIsAbsent()
  @IsOptional()
  @IsText(1, 255)
  search?: string;

  /**
   * Sort keys, most important first, `-` for descending: `created_at`, `updated_at`, `due_date`, `completed_at`, `priority`
   * (low before high), `status` (pending before completed), `title` (by code point). Tasks without a date come last in both
   * directions. Tasks with equal keys: newest first. A task that is due on a day comes behind those that are due at a time of that day,
   * and before those of the next.
   * @example -due_date,priority
   */
  @ApiProperty({ type: String, required: false, default: '-created_at' })
  @Transform(({ value }) =>
    value === '' ? undefined : typeof value === 'string' ? (parseOrdering(value) ?? value) : value,
  )
  @IsOptional()
  @ValidateBy({
    name: 'isOrdering',
    validator: {
      // A parameter that is given twice arrives as an array of strings.
      validate: (value) => Array.isArray(value) && value.every((key) => typeof key === 'object'),
      defaultMessage: () =>
        `must be a list of different fields, separated by commas, each with or without a -: ${ORDERABLE.join(', ')}`,
    },
  })
  ordering?: OrderKey[];
}

export const filterOf = (query: ListTasksDto): TaskFilter => ({
  statuses: anyOf(TASK_STATUSES, query.status),
  priorities: anyOf(TASK_PRIORITIES, query.priority),
  dueBefore: query.due_before?.endOfBefore,
  dueAfter: query.due_after?.startOfAfter,
  overdue: query.overdue === undefined ? undefined : query.overdue === 'true',
  search: query.search,
});

/** @param cursor that of the request; empty for the first page by cursor; undefined for a page by number */
export const pageOf = ({ ordering, page, page_size }: ListTasksDto, cursor?: string): PageRequest =>
  cursor === undefined
    ? { order: ordering, offset: (page - 1) * page_size, limit: page_size }
    : { order: ordering, cursor, limit: page_size };
