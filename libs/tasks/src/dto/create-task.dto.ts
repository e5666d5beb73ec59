import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { type DueDate, storedDueDate } from '../due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES, type TaskFields, type TaskPriority, type TaskStatus } from '../task.entity.js';
import { IfPresent, IsDescription, IsDueDate, IsPriority, IsStatus, IsTitle } from './task-fields.js';

/** A new task. */
export class CreateTaskDto {
  /** 1 to 255 characters, without the white space at either end, which is dropped. */
  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Write the notes on the Analytical Engine' })
  @IsTitle()
  title: string;

  /** Up to 65,000 characters. Null stands for an empty text. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 65_000, default: '', example: 'A to G.' })
  @IsDescription()
  description?: string | null;

  /** `completed` completes the task: `completed_at` is set and a mail is sent. */
  @ApiProperty({ enum: TASK_STATUSES, required: false, default: 'pending' })
  @IfPresent()
  @IsStatus()
  status?: TaskStatus;

  @ApiProperty({ enum: TASK_PRIORITIES, required: false, default: 'medium' })
  @IfPresent()
  @IsPriority()
  priority?: TaskPriority;

  /**
   * RFC 3339 with a zone, stored to the millisecond; or a date, such as `2026-12-24`, which means that day in UTC. The task is overdue
   * when the instant has passed, or the day is over.
   * @example 2026-12-24T18:00:00Z
   */
  @ApiProperty({ type: String, required: false, nullable: true, default: null })
  @IsDueDate()
  due_date?: DueDate | null;
}

/**
 * The new state of a task. Absent fields get their defaults. The fields that the service sets (id, version, completed_at, created_at,
 * updated_at) are accepted and ignored, so a client may send a task as it was read.
 */
export class ReplaceTaskDto extends CreateTaskDto {
  @ApiHideProperty() @Allow() id?: unknown;
  @ApiHideProperty() @Allow() version?: unknown;
  @ApiHideProperty() @Allow() completed_at?: unknown;
  @ApiHideProperty() @Allow() created_at?: unknown;
  @ApiHideProperty() @Allow() updated_at?: unknown;
}

/** The fields that the owner sets. Absent ones get their defaults. */
export const wholeTask = (dto: CreateTaskDto): TaskFields => ({
  title: dto.title,
  description: dto.description ?? '',
  status: dto.status ?? 'pending',
  priority: dto.priority ?? 'medium',
  ...storedDueDate(dto.due_date ?? null),
});
