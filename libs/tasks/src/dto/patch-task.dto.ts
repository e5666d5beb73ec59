import { PartialType } from '@nestjs/swagger';
import type { TaskFields } from '../task.entity.js';
import { CreateTaskDto } from './create-task.dto.js';

/** A merge patch (RFC 7396): an absent field keeps its value; null clears `description` and `due_date`, and is a fault elsewhere. */
export class PatchTaskDto extends PartialType(CreateTaskDto, { skipNullProperties: false }) {}

/** The fields that the patch names. */
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
  ...(due_date !== undefined && { due_date }),
});
