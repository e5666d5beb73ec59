import { ApiProperty } from '@nestjs/swagger';
import { type DueDate, storedDueDate } from '../due-date.js';
import { TASK_PRIORITIES, TASK_STATUSES, type TaskFields, type TaskPriority, type TaskStatus } from '../task.entity.js';
import { IfPresent, IsDescription, IsDueDate, IsPriority, IsStatus, IsTitle } from './task-fields.js';

/**
 * A merge patch (RFC 7396). An absent field keeps its value. Null clears `description` and `due_date`; other fields reject it.
 * No field has a default, because a client generated from this document might send it.
 */
export class PatchTaskDto {
  /** 1 to 255 characters, without the white space at either end, which is dropped. */
  @ApiProperty({ minLength: 1, maxLength: 255, required: false, example: 'Write the notes on the Analytical Engine' })
  @IfPresent()
  @IsTitle()
  title?: string;

  /** Up to 65,000 characters. Null clears it. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 65_000 })
  @IsDescription()
  description?: string | null;

  /** `completed` completes the task: `completed_at` is set and a mail is sent. Any other status clears `completed_at`. */
  @ApiProperty({ enum: TASK_STATUSES, required: false })
  @IfPresent()
  @IsStatus()
  status?: TaskStatus;

  @ApiProperty({ enum: TASK_PRIORITIES, required: false })
  @IfPresent()
  @IsPriority()
  priority?: TaskPriority;

  /**
   * RFC 3339 with a zone; or a date, such as `2026-12-24`, which means that day in UTC. Null clears it.
   * @example 2026-12-24T18:00:00Z
   */
  @ApiProperty({ type: String, required: false, nullable: true })
  @IsDueDate()
  due_date?: DueDate | null;
}

/** The fields that the patch changes. */
export const patchedFields = ({
  title,
  description,
  status,
  priority,
  due_date,
}: PatchTaskDto): Partial<TaskFields> => ({
  ...(title !== undefined && { title }),
  ...(description !== undefined && { description: description ?? '' }),
  ...(status !== undefined && { status }),
  ...(priority !== undefined && { priority }),
  ...(due_date !== undefined && storedDueDate(due_date)),
});
