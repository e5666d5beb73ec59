import { ApiProperty } from '@nestjs/swagger';
import { TASK_PRIORITIES, TASK_STATUSES, type TaskFields, type TaskPriority, type TaskStatus } from '../task.entity.js';
import { IfPresent, IsDescription, IsDueDate, IsPriority, IsStatus, IsTitle } from './task-fields.js';

/** A task to be made. */
export class CreateTaskDto {
  /** 1 to 255 characters, not counting white space at either end, which is dropped. */
  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Write the notes on the Analytical Engine' })
  @IsTitle()
  title: string;

  /** Up to 65,536 characters; null is as good as empty. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 65_536, default: '', example: 'A to G.' })
  @IsDescription()
  description?: string | null;

  /** `completed` completes the task, with all that follows from it. */
  @ApiProperty({ enum: TASK_STATUSES, required: false, default: 'pending' })
  @IfPresent()
  @IsStatus()
  status?: TaskStatus;

  @ApiProperty({ enum: TASK_PRIORITIES, required: false, default: 'medium' })
  @IfPresent()
  @IsPriority()
  priority?: TaskPriority;

  /**
   * RFC 3339 with its zone; a date alone is taken for its first moment in UTC. Kept to the millisecond.
   * @example 2026-12-24T18:00:00Z
   */
  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, default: null })
  @IsDueDate()
  due_date?: Date | null;
}

/** Every field that an owner decides, with its default where it is absent. */
export const wholeTask = (dto: CreateTaskDto): TaskFields => ({
  title: dto.title,
  description: dto.description ?? '',
  status: dto.status ?? 'pending',
  priority: dto.priority ?? 'medium',
  due_date: dto.due_date ?? null,
});
