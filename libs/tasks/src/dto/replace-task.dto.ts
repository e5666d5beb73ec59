import { ApiHideProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { CreateTaskDto } from './create-task.dto.js';

/**
 * A task as it is to be. An absent field returns to its default. What only the service decides (id, version, completed_at,
 * created_at, updated_at) may be sent along, as it came, and is ignored.
 */
export class ReplaceTaskDto extends CreateTaskDto {
  @ApiHideProperty() @Allow() id?: unknown;
  @ApiHideProperty() @Allow() version?: unknown;
  @ApiHideProperty() @Allow() completed_at?: unknown;
  @ApiHideProperty() @Allow() created_at?: unknown;
  @ApiHideProperty() @Allow() updated_at?: unknown;
}
