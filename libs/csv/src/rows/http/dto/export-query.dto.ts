import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { RawExportQuery } from '../../request/parse-rows-query.js';
import { VALUE_FORMS } from '../../request/rows-query.js';
import { SelectionDto } from './rows-query.dto.js';

const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
const FLAGS = ['true', 'false'] as const;

export class ExportQueryDto extends SelectionDto implements RawExportQuery {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'csv' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS, { message: `must be one of ${EXPORT_FORMATS.join(', ')}` })
  format: (typeof EXPORT_FORMATS)[number] = 'csv';

  @ApiPropertyOptional({ description: 'Columns to write, separated by commas. Default: all.', example: 'city,price' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  columns?: string;

  @ApiPropertyOptional({
    enum: VALUE_FORMS,
    default: 'typed',
    description: 'For ndjson; CSV always has the exact text.',
  })
  @IsOptional()
  @IsIn(VALUE_FORMS, { message: `must be one of ${VALUE_FORMS.join(', ')}` })
  values: (typeof VALUE_FORMS)[number] = 'typed';

  @ApiPropertyOptional({
    enum: FLAGS,
    default: 'false',
    description:
      '`true` puts an apostrophe before texts that a spreadsheet would take for a formula: those that start with = + - @, also of full width, tab, line feed or carriage return. Columns of numbers do not change.',
  })
  @IsOptional()
  @IsIn(FLAGS, { message: 'must be true or false' })
  escape_formulas: (typeof FLAGS)[number] = 'false';
}
