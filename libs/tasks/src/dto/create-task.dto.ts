import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { TASK_PRIORITIES, TASK_STATUSES, type TaskFields, type TaskPriority, type TaskStatus } from '../task.entity.js';
import { IfPresent, IsText, IsTime, Trimmed } from './task-fields.js';

/** A task to be made. */
export class CreateTaskDto {
  /**
   * 1 to 255 characters, not counting white space at either end, which is dropped.
   * @example Write the notes on the Analytical Engine
   */
  @ApiProperty({ minLength: 1, maxLength: 255 })
  @Trimmed()
  @IsText(1, 255)
  title: string;

  /**
   * Up to 65,536 characters; null is as good as empty.
   * @example All seven, A to G.
   */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 65_536, default: '' })
  @IsOptional()
  @IsText(0, 65_536)
  description?: string | null;

  /** `completed` completes the task, with all that follows from it. */
  @ApiProperty({ enum: TASK_STATUSES, required: false, default: 'pending' })
  @IfPresent()
  @IsIn(TASK_STATUSES, { message: `must be one of ${TASK_STATUSES.join(', ')}` })
  status?: TaskStatus;

  @ApiProperty({ enum: TASK_PRIORITIES, required: false, default: 'medium' })
  @IfPresent()
  @IsIn(TASK_PRIORITIES, { message: `must be one of ${TASK_PRIORITIES.join(', ')}` })
  priority?: TaskPriority;

  /**
   * RFC 3339 with its zone; a date alone is taken for its first moment in UTC. Kept to the millisecond.
   * @example 2026-12-24T18:00:00Z
   */
  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true, default: null })
  @IsOptional()
  @IsTime()
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
