import { IsText, PageQueryDto } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import { TASK_PRIORITIES, TASK_STATUSES, type TaskPriority, type TaskStatus } from '../task.entity.js';
import { ORDERABLE, type OrderKey, parseOrdering } from '../task-ordering.js';
import type { TaskFilter, TaskPage } from '../tasks.repository.js';
import { IsPriority, IsStatus, IsTime } from './task-fields.js';

/** An empty parameter, as forms send it, counts as absent. */
const BlankIsAbsent = (): PropertyDecorator => Transform(({ value }) => (value === '' ? undefined : value));

/** Filters and order of the list. A task must match all filters. */
export class ListTasksDto extends PageQueryDto {
  @ApiProperty({ enum: TASK_STATUSES, required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsStatus()
  status?: TaskStatus;

  @ApiProperty({ enum: TASK_PRIORITIES, required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsPriority()
  priority?: TaskPriority;

  /**
   * Due before this time: RFC 3339 with a zone, or a date.
   * @example 2027-01-01T00:00:00Z
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsTime()
  due_before?: Date;

  /**
   * Due after this time: RFC 3339 with a zone, or a date.
   * @example 2026-12-01T00:00:00Z
   */
  @ApiProperty({ type: String, format: 'date-time', required: false })
  @BlankIsAbsent()
  @IsOptional()
  @IsTime()
  due_after?: Date;

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
   * directions. Tasks with equal keys: newest first.
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
  status: query.status,
  priority: query.priority,
  dueBefore: query.due_before,
  dueAfter: query.due_after,
  overdue: query.overdue === undefined ? undefined : query.overdue === 'true',
  search: query.search,
});

export const pageOf = ({ ordering, page, page_size }: ListTasksDto): TaskPage => ({
  order: ordering,
  offset: (page - 1) * page_size,
  limit: page_size,
});
