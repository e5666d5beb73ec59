import { ApiProperty } from '@nestjs/swagger';
import { UploadColumnDto } from '../../../uploads/dto/upload.dto.js';
import type { CsvUpload } from '../../../uploads/upload.entity.js';
import type { ColumnProfile, ProfileValue } from '../../profile/column-profile.js';

const VALUE = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };

export class TopValueDto {
  @ApiProperty({ ...VALUE, example: 'Paris' })
  value: ProfileValue;

  @ApiProperty({ type: 'integer', example: 1204 })
  count: number;
}

export class HistogramBucketDto {
  @ApiProperty({ example: 0 })
  from: number;

  @ApiProperty({ description: 'The first value of the next bucket; the last bucket includes it.', example: 50 })
  to: number;

  @ApiProperty({ type: 'integer', example: 812 })
  count: number;
}

/** A column and its contents. Values that are not computed yet are null. */
export class ColumnDto extends UploadColumnDto {
  @ApiProperty({ type: 'integer', nullable: true, example: 9990 })
  filled: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 10 })
  empty: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The number of distinct values.', example: 1804 })
  distinct: number | null;

  @ApiProperty({ nullable: true, description: '`true` in big files with very many distinct values.', example: false })
  distinct_is_estimate: boolean | null;

  @ApiProperty({ ...VALUE, nullable: true, example: 0.5 })
  min: ProfileValue | null;

  @ApiProperty({ ...VALUE, nullable: true, description: 'Texts are cut at 500 characters.', example: 999.9 })
  max: ProfileValue | null;

  @ApiProperty({
    type: [TopValueDto],
    nullable: true,
    description: 'The ten most frequent values, most frequent first.',
  })
  top_values: TopValueDto[] | null;

  @ApiProperty({ nullable: true, example: false })
  top_values_are_estimates: boolean | null;

  @ApiProperty({
    type: [HistogramBucketDto],
    nullable: true,
    description: 'Only for columns of numbers: 20 buckets of equal width.',
  })
  histogram: HistogramBucketDto[] | null;
}

export class ColumnsDto {
  @ApiProperty({ format: 'uuid' })
  upload_id: string;

  @ApiProperty({
    enum: ['ready', 'building'],
    description: '`building`: the profile of a big file is still being computed; try again in a few seconds.',
  })
  profile: 'ready' | 'building';

  @ApiProperty({ type: 'integer', example: 10000 })
  rows: number;

  @ApiProperty({ type: [ColumnDto] })
  columns: ColumnDto[];

  static of(upload: CsvUpload, profiles: ColumnProfile[] | null): ColumnsDto {
    const byKey = new Map(profiles?.map((profile) => [profile.key, profile]));
    return {
      upload_id: upload.id,
      profile: profiles ? 'ready' : 'building',
      rows: upload.processed_rows,
      columns: upload.columns.map((column) => ({
        ...UploadColumnDto.of(column),
        ...(byKey.get(column.key) ?? UNKNOWN),
      })),
    };
  }
}

const UNKNOWN = {
  filled: null,
  empty: null,
  distinct: null,
  distinct_is_estimate: null,
  min: null,
  max: null,
  top_values: null,
  top_values_are_estimates: null,
  histogram: null,
};
