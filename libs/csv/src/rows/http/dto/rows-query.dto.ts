import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { OPERATORS } from '../../request/conditions.js';
import { MAX_CONDITIONS, MAX_DEPTH } from '../../request/parse-filters.js';
import { MAX_SORT_KEYS, type RawRowsQuery, type RawSelection } from '../../request/parse-rows-query.js';
import { COUNT_MODES, VALUE_FORMS } from '../../request/rows-query.js';
import { FILTERS_PARAMETER } from '../filters-schema.js';

const ONCE = { message: 'must be given once' };

const FILTERS = [
  'A JSON object of conditions; a row must fulfil all of them. `{"city": "Paris"}` means equal, `{"city": ["Paris", "Rome"]}` means any of,',
  `and an object has operators: ${OPERATORS.map((operator) => `\`${operator}\``).join(' ')}.`,
  '`contains`, `not_contains`, `starts_with` and `ends_with` ignore letter case; `between` includes both ends; an empty cell fulfils only',
  '`is_null`, not even `ne`, `not_in` or `not_contains`. `$or` and `$and` take arrays of such objects, `$not` takes one object and is its',
  `complement, so it finds empty cells too; these groups nest to a depth of ${MAX_DEPTH}, with at most ${MAX_CONDITIONS} conditions in all.`,
  'A column is named by its key, or by its original name where only one column has it. Values are compared by the type of the column:',
  'datetimes are instants, and UTC where they have no zone.',
].join(' ');

/** Which rows, in which order. The values are unparsed texts: their meaning depends on the upload's columns. */
export class SelectionDto implements RawSelection {
  @ApiPropertyOptional({
    ...FILTERS_PARAMETER,
    description: FILTERS,
    examples: {
      range: { value: '{"price": {"gte": 10, "lt": 20}}' },
      any_of_values: { value: '{"city": ["Paris", "Rome"]}' },
      any_of_conditions: { value: '{"$or": [{"city": "Paris"}, {"price": {"lt": 5}}]}' },
      complement: { value: '{"status": "open", "$not": {"city": {"starts_with": "new"}}}' },
    },
  })
  @IsOptional()
  @IsString(ONCE)
  filters?: string;

  @ApiPropertyOptional({ description: 'Text that some value of the row contains, in any letter case.', example: 'par' })
  @IsOptional()
  @IsString(ONCE)
  search?: string;

  @ApiPropertyOptional({
    description: `Columns to sort by, at most ${MAX_SORT_KEYS}, separated by commas, with \`-\` before descending ones; or \`id\` (\`row_id\`) for file order. Empty cells come last in both directions; equal rows keep file order.`,
    example: 'price,-city',
  })
  @IsOptional()
  @IsString(ONCE)
  sort_by?: string;

  @ApiPropertyOptional({
    description: 'The direction of the columns without `-`.',
    enum: ['asc', 'desc'],
    default: 'asc',
  })
  @IsOptional()
  @IsString(ONCE)
  sort_order?: string;
}

export class RowsQueryDto extends SelectionDto implements RawRowsQuery {
  @ApiPropertyOptional({ description: 'Columns to return, separated by commas. Default: all.', example: 'city,price' })
  @IsOptional()
  @IsString(ONCE)
  columns?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: 'Cannot be combined with `cursor`.' })
  @IsOptional()
  @IsString(ONCE)
  page?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @IsString(ONCE)
  page_size?: string;

  @ApiPropertyOptional({
    description: '`pagination.next_cursor` of the previous page, with the same filters, search and sort.',
  })
  @IsOptional()
  @IsString(ONCE)
  cursor?: string;

  @ApiPropertyOptional({
    enum: COUNT_MODES,
    default: 'exact',
    description:
      '`exact` becomes an estimate when counting takes too long; `total_count_is_estimate` tells which. `none` skips the count.',
  })
  @IsOptional()
  @IsString(ONCE)
  count?: string;

  @ApiPropertyOptional({
    enum: VALUE_FORMS,
    default: 'typed',
    description: '`typed`: JSON numbers and booleans where the column has such a type; `text`: the exact text.',
  })
  @IsOptional()
  @IsString(ONCE)
  values?: string;
}
