import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { SelectionDto } from './rows-query.dto.js';

export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
const VALUES = ['typed', 'text'] as const;
const FLAGS = ['true', 'false'] as const;

export class ExportQueryDto extends SelectionDto {
  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'csv' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS, { message: `must be one of ${EXPORT_FORMATS.join(', ')}` })
  format: (typeof EXPORT_FORMATS)[number] = 'csv';

  @ApiPropertyOptional({ description: 'Columns to write, separated by commas. Default: all.', example: 'city,price' })
  @IsOptional()
  @IsString({ message: 'must be given once' })
  columns?: string;

  @ApiPropertyOptional({ enum: VALUES, default: 'typed', description: 'Of ndjson; CSV is always the exact text.' })
  @IsOptional()
  @IsIn(VALUES, { message: `must be one of ${VALUES.join(', ')}` })
  values: (typeof VALUES)[number] = 'typed';

  @ApiPropertyOptional({
    enum: FLAGS,
    default: 'false',
    description:
      '`true` puts an apostrophe before texts that a spreadsheet would take for a formula: those that begin with = + - @, tab or carriage return. Columns of numbers are left as they are.',
  })
  @IsOptional()
  @IsIn(FLAGS, { message: 'must be true or false' })
  escape_formulas: (typeof FLAGS)[number] = 'false';
}
