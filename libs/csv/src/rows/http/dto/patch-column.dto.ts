import { COLUMN_TYPES, type ColumnType } from '@app/csv-format';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, ValidateIf } from 'class-validator';
import type { ColumnChange } from '../../columns/column-changes.js';
import { IsStorable } from './is-storable.js';

const MAX_NULL_VALUES = 50;
const MAX_CHARACTERS = 255;

const isPresent = (_: unknown, value: unknown): boolean => value !== undefined;

/** A merge patch (RFC 7396): an absent field keeps its value. */
export class PatchColumnDto implements ColumnChange {
  /** A label for people, as the header of exports too. The key stays. */
  @ApiPropertyOptional({ minLength: 1, maxLength: MAX_CHARACTERS, example: 'Unit price (EUR)' })
  @ValidateIf((dto) => isPresent(dto, dto.name))
  @IsString({ message: 'must be a text' })
  @Length(1, MAX_CHARACTERS, { message: `must have 1 to ${MAX_CHARACTERS} characters` })
  @IsStorable()
  name?: string;

  /** Without a format, the one that all values have is found. */
  @ApiPropertyOptional({ enum: COLUMN_TYPES, example: 'number' })
  @ValidateIf((dto) => isPresent(dto, dto.type))
  @IsIn(COLUMN_TYPES, { message: `must be one of ${COLUMN_TYPES.join(', ')}` })
  type?: ColumnType;

  /** How numbers or days are written: the number 1234.56, or a day. null: as JSON, ISO 8601 and RFC 3339 have them. */
  @ApiPropertyOptional({ type: String, nullable: true, example: '1.234,56' })
  @IsOptional()
  @IsString({ message: 'must be a text or null' })
  format?: string | null;

  /** Texts that stand for an empty cell. */
  @ApiPropertyOptional({ type: [String], maxItems: MAX_NULL_VALUES, example: ['NA', '-'] })
  @ValidateIf((dto) => isPresent(dto, dto.null_values))
  @IsArray({ message: 'must be an array of texts' })
  @ArrayMaxSize(MAX_NULL_VALUES, { message: `must have at most ${MAX_NULL_VALUES} texts` })
  @Length(1, MAX_CHARACTERS, { each: true, message: `must be texts of 1 to ${MAX_CHARACTERS} characters` })
  @IsStorable({ each: true })
  null_values?: string[];
}
