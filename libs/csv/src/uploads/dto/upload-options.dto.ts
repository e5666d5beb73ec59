import { ENCODINGS } from '@app/csv-format';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';

/**
 * How the file is written, where its owner knows better than detection; what is left out, or `auto`, is detected.
 * These are the parameters as they stand in the query: `changedOptions` reads them.
 */
export class UploadOptionsDto {
  /**
   * The character between cells, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`.
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
   * What stands before a quote that belongs to the cell: `doubled` for the quote itself, `backslash`, or a character.
   * @example doubled
   */
  @IsOptional()
  escape?: string;

  @ApiPropertyOptional({
    example: 'windows-1252',
    description: `The encoding, by an alias or one of ${ENCODINGS.join(', ')}.`,
  })
  @IsOptional()
  encoding?: string;

  /** The sign before the fraction of a number. */
  @ApiPropertyOptional({ enum: ['.', ',', 'auto'] })
  @IsOptional()
  decimal?: string;

  /**
   * Lines before the header, or before the first record, that are passed over.
   * @example 0
   */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100_000 })
  @IsOptional()
  skip?: string;

  /** Whether the first line names the columns. */
  @ApiPropertyOptional({ enum: ['true', 'false', 'auto'] })
  @IsOptional()
  header?: string;

  /** Records that may be rejected; one more fails the upload. Without it, that is judged by their share. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  @IsOptional()
  max_rejects?: string;
}
