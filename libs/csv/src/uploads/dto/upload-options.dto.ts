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
   * What stands between two cells: 1 to 4 characters, or one of `comma`, `semicolon`, `tab`, `pipe`, `space`, `colon`, `caret`, `tilde`.
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
   * The character before a quote that is part of a cell: `doubled` for the quote itself, `backslash`, or a character. With `quote=none`:
   * before a delimiter or line break that is part of a cell.
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
   * The mark between groups of three digits: `.`, `,`, `'`, or one of `none`, `space`, `apostrophe`.
   * @example .
   */
  @IsOptional()
  thousands?: string;

  /**
   * The form of dates: D, M and Y in any usual order, with `.`, `/` or `-` between them.
   * @example DD.MM.YYYY
   */
  @IsOptional()
  date_format?: string;

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

  /** Whether blanks beside delimiters, outside of quotes, are no part of a cell. */
  @ApiPropertyOptional({ enum: ['true', 'false', 'auto'] })
  @IsOptional()
  trim?: string;

  /**
   * What lines begin with that are comments: 1 to 4 punctuation characters. They are no rows, and are counted.
   * @example "#"
   */
  @IsOptional()
  comment?: string;

  /** Number of records directly below the header that are no rows, such as a row of units. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100_000 })
  @IsOptional()
  skip_after_header?: string;

  /** Number of records at the end of the file that are no rows. Without it, a footer is detected. */
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 100 })
  @IsOptional()
  skip_footer?: string;

  /**
   * The names of all columns, which replace those of the header. A name with a comma is quoted: `city,"price, net"`.
   * @example city,price,day
   */
  @IsOptional()
  names?: string;

  /**
   * The types of columns, by key or name. A column that has other values too stays text.
   * @example price:number,day:date
   */
  @IsOptional()
  types?: string;

  /**
   * Cells that stand for no value, besides the empty one.
   * @example NA,-
   */
  @IsOptional()
  null_values?: string;

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
