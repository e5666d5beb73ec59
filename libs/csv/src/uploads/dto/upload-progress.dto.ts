import { ApiProperty } from '@nestjs/swagger';
import type { UploadProgress } from '../progress/upload-progress.js';
import { type CsvUpload, UPLOAD_STATUSES, type UploadStatus } from '../upload.entity.js';

export class UploadProgressDto implements UploadProgress {
  @ApiProperty({ enum: UPLOAD_STATUSES, enumName: 'UploadStatus' })
  status: UploadStatus;

  /** What is being done at the moment, or what was done last. */
  stage: string;

  /**
   * Percent; it never goes back, and is 100 only when the upload is completed.
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
   * Records of the file; null as long as nothing is known of them.
   * @example 1000000
   */
  @ApiProperty({ type: 'integer', nullable: true })
  total_rows: number | null;

  /** True while `total_rows` is reckoned from what was read so far. */
  total_rows_is_estimate: boolean;

  /**
   * Records of the last seconds; null where nothing is being read.
   * @example 98000
   */
  @ApiProperty({ type: 'integer', nullable: true })
  rows_per_second: number | null;

  /** Seconds it will yet take; null where that cannot be said. */
  @ApiProperty({ type: 'integer', nullable: true })
  eta_seconds: number | null;

  static of({ status, stage }: CsvUpload, progress: UploadProgress): UploadProgressDto {
    return { status, stage, ...progress };
  }
}
