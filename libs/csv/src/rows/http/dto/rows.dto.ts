import type { ParameterWarning } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import type { Pagination } from '../../execute/rows-response.js';
import type { IndexUse } from '../../plan/index-planner.js';
import type { RowsWarning } from '../../request/rows-warnings.js';

export class RowDto {
  @ApiProperty({ type: 'integer', description: 'The number of the accepted row in file order, from 1.', example: 1 })
  row_id: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }], nullable: true },
    description: 'The cells by column key, in file order; null where empty.',
    example: { city: 'Paris', price: 12.5 },
  })
  data: Record<string, string | number | boolean | null>;
}

export class PaginationDto implements Pagination {
  @ApiProperty({ type: 'integer', nullable: true, description: 'null when the request has a cursor.', example: 1 })
  page: number | null;

  @ApiProperty({ type: 'integer', example: 100 })
  page_size: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null with `count=none`.', example: 1000000 })
  total_count: number | null;

  @ApiProperty({ description: '`true` when counting took too long or an estimate was requested.', example: false })
  total_count_is_estimate: boolean;

  @ApiProperty({ type: 'integer', nullable: true, example: 10000 })
  total_pages: number | null;

  @ApiProperty({ example: true })
  has_next: boolean;

  @ApiProperty({ example: false })
  has_prev: boolean;

  @ApiProperty({ type: 'integer', nullable: true, example: 2 })
  next_page: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  prev_page: number | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The `cursor` of the next page, to be sent with the same filters, search and sort.',
    example: 'AAAAAAAAAGTMaGzAwRIeusYLJuFbbm5T',
  })
  next_cursor: string | null;
}

export class RowsMetadataDto {
  @ApiProperty({ type: [String], example: ['city', 'price', 'zip'] })
  available_columns: string[];

  @ApiProperty({ type: [String], description: 'The returned columns.', example: ['city', 'price'] })
  columns: string[];

  @ApiProperty({ type: 'string', nullable: true, description: 'As in the request; null for none.', example: null })
  search: string | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'The same as `search`.', example: null })
  search_query: string | null;

  @ApiProperty({ description: 'As in the request; `id` for none.', example: '-price' })
  sort_by: string;

  @ApiProperty({
    enum: ['asc', 'desc'],
    description: 'As in the request: the direction of the columns of `sort_by` that have no `-`.',
    example: 'asc',
  })
  sort_order: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'As in the request; an empty object for none.',
    example: { city: 'Paris' },
  })
  filters: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The same as `filters`.',
    example: { city: 'Paris' },
  })
  applied_filters: Record<string, unknown>;
}

export class RowsPerformanceDto {
  @ApiProperty({ example: 4.2 })
  response_time_ms: number;

  @ApiProperty({ example: false })
  cached: boolean;

  @ApiProperty({
    enum: ['used', 'building', 'none'],
    description:
      '`used`: every index that the query needs is ready. `building`: one is being built, and the query is faster when it is ready. `none`: the query uses no index, as in small uploads.',
    example: 'used',
  })
  index: IndexUse;
}

export class RowsWarningDto {
  @ApiProperty({
    enum: ['compared_as_text', 'unknown_parameter'],
    description:
      '`compared_as_text`: a range or the order compares the characters of texts that look like numbers or days. `unknown_parameter`: the query has a parameter that this address ignores.',
  })
  code: (RowsWarning | ParameterWarning)['code'];

  @ApiProperty({ description: 'The code as a sentence.' })
  message: string;

  @ApiProperty({ required: false, description: 'The key of the column, of `compared_as_text`.', example: 'amount' })
  column?: string;

  @ApiProperty({ required: false, description: 'Its name in the query, of `unknown_parameter`.', example: 'fitler' })
  parameter?: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description: 'The parameter that was probably meant, of `unknown_parameter`; null where none is near.',
    example: 'filters',
  })
  nearest?: string | null;
}

export class RowsDto {
  @ApiProperty({ format: 'uuid', example: '019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c' })
  upload_id: string;

  @ApiProperty({ example: 'orders.csv' })
  original_filename: string;

  @ApiProperty({ enum: ['completed'], example: 'completed' })
  upload_status: string;

  @ApiProperty({ type: [RowDto] })
  data: RowDto[];

  @ApiProperty({ type: [RowsWarningDto], description: 'Why the answer may not be what was meant.' })
  warnings: RowsWarningDto[];

  @ApiProperty({ type: PaginationDto })
  pagination: PaginationDto;

  @ApiProperty({ type: RowsMetadataDto })
  metadata: RowsMetadataDto;

  @ApiProperty({ type: RowsPerformanceDto })
  performance: RowsPerformanceDto;
}
