import { ApiProperty } from '@nestjs/swagger';
import type { UploadProgress } from '../progress/upload-progress.js';
import {
  type CsvUpload,
  UPLOAD_STAGES,
  UPLOAD_STATUSES,
  type UploadStage,
  type UploadStatus,
} from '../upload.entity.js';

export class UploadProgressDto implements UploadProgress {
  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status: UploadStatus;

  /** The current step of the work, or the last one. */
  @ApiProperty({ enum: UPLOAD_STAGES, enumName: 'UploadStage' })
  stage: UploadStage;

  /**
   * Percent. It never decreases, and is 100 only if the upload is completed.
   * @example 42
   */
  @ApiProperty({ type: 'integer' })
  progress: number;

  /** @example 420000 */
  @ApiProperty({ type: 'integer' })
  processed_rows: number;

  /** @example 3 */
  @ApiProperty({ type: 'integer' })
  rejected_rows: number;

  /**
   * Number of records in the file; null before the first ones are read.
   * @example 1000000
   */
  @ApiProperty({ type: 'integer', nullable: true })
  total_rows: number | null;

  /** True while `total_rows` is estimated from the part of the file that has been read. */
  total_rows_is_estimate: boolean;

  /**
   * Records per second over the last seconds; null if the file is not being read.
   * @example 98000
   */
  @ApiProperty({ type: 'integer', nullable: true })
  rows_per_second: number | null;

  /** Estimated seconds until the end; null if they cannot be estimated. */
  @ApiProperty({ type: 'integer', nullable: true })
  eta_seconds: number | null;

  static of({ status, stage }: CsvUpload, progress: UploadProgress): UploadProgressDto {
    return { status, stage, ...progress };
  }
}
