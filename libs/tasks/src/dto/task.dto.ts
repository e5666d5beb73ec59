import { type ParameterWarning, ParameterWarningDto } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { dueDateText } from '../due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES, type Task, type TaskPriority, type TaskStatus } from '../task.entity.js';

/** A task. */
export class TaskDto {
  /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'Write the notes on the Analytical Engine' })
  title: string;

  @ApiProperty({ example: 'A to G.' })
  description: string;

  /** @example pending */
  @ApiProperty({ enum: TASK_STATUSES })
  status: TaskStatus;

  /** @example high */
  @ApiProperty({ enum: TASK_PRIORITIES })
  priority: TaskPriority;

  /**
   * An instant in RFC 3339 and UTC; or a day, such as `2026-12-24`, if the owner gave a date.
   * @example 2026-12-24T18:00:00.000Z
   */
  @ApiProperty({ type: String, nullable: true })
  due_date: string | null;

  /** Time of the completion. Null while the task is not completed. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  completed_at: Date | null;

  /** Each change adds 1. In quotes it is the task's ETag. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  version: number;

  /** @example 2026-11-23T09:30:00.000Z */
  created_at: Date;

  /** @example 2026-11-23T09:30:00.000Z */
  updated_at: Date;

  static of(task: Task): TaskDto {
    const { user_id, due_is_day, ...shown } = task;
    return { ...shown, due_date: dueDateText(task) };
  }
}

/** One page of the list of tasks. */
export class TaskPageDto {
  /** Number of tasks on all pages. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  count: number;

  /** Address of the next page: by `cursor` if the request has one, else by `page`. Null on the last page. */
  @ApiProperty({ type: String, nullable: true, example: null })
  next: string | null;

  /** Address of the previous page. Null on the first page, and when the request has a `cursor`. */
  @ApiProperty({ type: String, nullable: true, example: null })
  previous: string | null;

  results: TaskDto[];

  /** The `cursor` of the next page, for the same filters and ordering. Absent on the last page. */
  @ApiProperty({ type: String, required: false })
  next_cursor?: string;

  /** Parameters of the query that this address does not know and has ignored. Absent where there are none. */
  @ApiProperty({ type: [ParameterWarningDto], required: false })
  warnings?: ParameterWarning[];
}

/** A page of a filter on `overdue`. It is not cached, because it changes when a due date passes, without any write. */
export class UncacheableTaskPage extends TaskPageDto {}
