import { ENCODINGS } from '@app/csv-format';
import { IsText } from '@app/http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

/**
 * The dialect of the file, as far as its owner declares it. Omitted options, and those that are `auto`, are detected.
 * These are the raw query parameters; `changedOptions` parses them.
 */
export class UploadOptionsDto {
  /**
   * The character between two cells, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`.
   * @example semicolon
   */
  @IsOptional()
  delimiter?: string;

  /**
   * The character around cells, or one of `double`, `single`, `none`.
   * @example double
   */
  @IsOptional()
  quote?: string;

  /**
   * The character before a quote that is part of a cell: `doubled` for the quote itself, `backslash`, or a character.
   * @example doubled
   */
  @IsOptional()
  escape?: string;

  @ApiPropertyOptional({
    example: 'windows-1252',
    description: `The encoding: an alias or one of ${ENCODINGS.join(', ')}.`,
  })
  @IsOptional()
  encoding?: string;

  /** The decimal separator of numbers. */
  @ApiPropertyOptional({ enum: ['.', ',', 'auto'] })
  @IsOptional()
  decimal?: string;

  /**
   * Number of lines to skip before the header or the first record.
   * @example 0
   */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100_000 })
  @IsOptional()
  skip?: string;

  /** Whether the first line names the columns. */
  @ApiPropertyOptional({ enum: ['true', 'false', 'auto'] })
  @IsOptional()
  header?: string;

  /** Number of records that may be rejected; one more fails the upload. Without it, the share of rejects decides. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  @IsOptional()
  max_rejects?: string;
}

/** The query of an upload: the options, and what else may be said about the file. */
export class UploadQueryDto extends UploadOptionsDto {
  /**
   * The name of a file that is the body itself, if Content-Disposition does not name it.
   * @example sales.csv
   */
  @IsOptional()
  @IsText(0, 1_000)
  filename?: string;
}
