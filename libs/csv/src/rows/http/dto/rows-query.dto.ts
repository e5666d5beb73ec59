import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import type { RawRowsQuery, RawSelection } from '../../request/parse-rows-query.js';
import { COUNT_WISHES, OPERATORS, VALUE_FORMS } from '../../request/rows-query.js';

const ONCE = { message: 'must be given once' };

/** Which rows, in which order. Texts as they stand in the address: what they mean depends on the upload's columns. */
export class SelectionDto implements RawSelection {
  @ApiPropertyOptional({
    description: `A JSON object, all of which must hold: \`{"city": "Paris"}\` equal, \`{"city": ["Paris", "Rome"]}\` any of, or operators: ${OPERATORS.map((operator) => `\`${operator}\``).join(' ')}. The three text ones look at any letter case; \`between\` includes both ends; only \`is_null\` finds empty cells. Values are compared as the column's type has it; datetimes as instants, those without a zone being UTC.`,
    example: '{"price": {"gte": 10, "lt": 20}}',
  })
  @IsOptional()
  @IsString(ONCE)
  filters?: string;

  @ApiPropertyOptional({ description: 'A text that any value of the row holds, in any letter case.', example: 'par' })
  @IsOptional()
  @IsString(ONCE)
  search?: string;

  @ApiPropertyOptional({
    description:
      'Columns to sort by, separated by commas, `-` before those that go down; or `id` (`row_id`), the order of the file. Empty cells come last either way; what is equal keeps the order of the file.',
    example: 'price,-city',
  })
  @IsOptional()
  @IsString(ONCE)
  sort_by?: string;

  @ApiPropertyOptional({ description: 'Direction of the columns without `-`.', enum: ['asc', 'desc'], default: 'asc' })
  @IsOptional()
  @IsString(ONCE)
  sort_order?: string;
}

export class RowsQueryDto extends SelectionDto implements RawRowsQuery {
  @ApiPropertyOptional({ description: 'Columns to show, separated by commas. Default: all.', example: 'city,price' })
  @IsOptional()
  @IsString(ONCE)
  columns?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: 'Not together with `cursor`.' })
  @IsOptional()
  @IsString(ONCE)
  page?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @IsString(ONCE)
  page_size?: string;

  @ApiPropertyOptional({
    description: '`pagination.next_cursor` of the page before, with the same filters, search and sort.',
  })
  @IsOptional()
  @IsString(ONCE)
  cursor?: string;

  @ApiPropertyOptional({
    enum: COUNT_WISHES,
    default: 'exact',
    description: '`exact` becomes an estimate, and says so, where counting takes too long; `none` costs nothing.',
  })
  @IsOptional()
  @IsString(ONCE)
  count?: string;

  @ApiPropertyOptional({
    enum: VALUE_FORMS,
    default: 'typed',
    description: '`typed`: JSON numbers and booleans where the column is of such a type; `text`: the exact text.',
  })
  @IsOptional()
  @IsString(ONCE)
  values?: string;
}
