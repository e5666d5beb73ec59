import { PageQueryDto, type ParameterWarning, ParameterWarningDto } from '@app/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { UPLOAD_STATUSES, type UploadStatus } from '../upload.entity.js';
import { UploadDto } from './upload.dto.js';

export class ListUploadsDto extends PageQueryDto {
  /** Only uploads with this status. */
  @ApiPropertyOptional({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  @IsOptional()
  @IsIn(UPLOAD_STATUSES, { message: `must be one of ${UPLOAD_STATUSES.join(', ')}` })
  status?: UploadStatus;
}

export class UploadPageDto {
  /** Number of uploads on all pages. */
  @ApiProperty({ type: 'integer' })
  count: number;

  /** URL of the next page. */
  next: string | null;

  /** URL of the previous page. */
  previous: string | null;

  @ApiProperty({ type: [UploadDto] })
  results: UploadDto[];

  /** Parameters of the query that this address does not know and has ignored. Absent where there are none. */
  @ApiProperty({ type: [ParameterWarningDto], required: false })
  warnings?: ParameterWarning[];
}
