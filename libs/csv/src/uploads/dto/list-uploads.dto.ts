import { PageQueryDto } from '@app/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { UPLOAD_STATUSES, type UploadStatus } from '../upload.entity.js';
import { UploadDto } from './upload.dto.js';

export class ListUploadsDto extends PageQueryDto {
  /** Only uploads in this state. */
  @ApiPropertyOptional({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  @IsOptional()
  @IsIn(UPLOAD_STATUSES, { message: `must be one of ${UPLOAD_STATUSES.join(', ')}` })
  status?: UploadStatus;
}

export class UploadPageDto {
  /** Uploads on all pages. */
  @ApiProperty({ type: 'integer' })
  count: number;

  /** Address of the next page. */
  next: string | null;

  /** Address of the page before. */
  previous: string | null;

  @ApiProperty({ type: [UploadDto] })
  results: UploadDto[];
}
