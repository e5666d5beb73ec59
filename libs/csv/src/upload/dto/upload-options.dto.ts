import { Transform, Type } from 'class-transformer';
import type { ValidatorConstraintInterface } from 'class-validator';
import {
  IsIn,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  Validate,
  type ValidationArguments,
  ValidatorConstraint,
} from 'class-validator';
import { ENCODINGS, encodingNamed } from '../../dialect/encodings.js';
import type { OptionChanges } from '../upload-options.js';

/** Names for characters that are awkward in an address. */
const NAMED: Record<string, string> = {
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
  space: ' ',
  colon: ':',
  none: '',
  backslash: '\\',
};
const Named = () => Transform(({ value }) => (typeof value === 'string' ? (NAMED[value] ?? value) : value));

const ONE_ASCII_CHARACTER = '[^\\0\\r\\n\\x80-\\uffff]';

/** The characters with a meaning must not have two. */
@ValidatorConstraint({ name: 'unlikeDelimiter' })
class UnlikeDelimiter implements ValidatorConstraintInterface {
  validate(value: unknown, { object }: ValidationArguments): boolean {
    const { delimiter } = object as UploadOptionsDto;
    return value === '' || value === 'auto' || delimiter === undefined || value !== delimiter;
  }
  defaultMessage(): string {
    return 'must not be the delimiter';
  }
}

/**
 * How the file is written, where its owner knows better than detection; what is left out, or `auto`, is detected.
 * In an address a tab is %09 or `tab`, and a semicolon %3B or `semicolon`.
 */
export class UploadOptionsDto implements OptionChanges {
  /**
   * The character between cells, or one of `tab`, `comma`, `semicolon`, `pipe`, `space`, `colon`.
   * @example ";"
   */
  @IsOptional()
  @Named()
  @Matches(new RegExp(`^(${ONE_ASCII_CHARACTER}|auto)$`), { message: 'must be one ASCII character' })
  delimiter?: string;

  /**
   * The character around cells, or `none`.
   * @example "\""
   */
  @IsOptional()
  @Named()
  @Validate(UnlikeDelimiter)
  @Matches(new RegExp(`^(${ONE_ASCII_CHARACTER}?|auto)$`), { message: 'must be one ASCII character, or none' })
  quote?: string;

  /**
   * The character before a quote that belongs to the cell: the quote itself where it is doubled, or `backslash`.
   * @example "\""
   */
  @IsOptional()
  @Named()
  @Validate(UnlikeDelimiter)
  @Matches(new RegExp(`^(${ONE_ASCII_CHARACTER}|auto)$`), { message: 'must be one ASCII character' })
  escape?: string;

  /**
   * The encoding, by its usual name or one of its aliases.
   * @example windows-1252
   */
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? (encodingNamed(value) ?? value) : value))
  @IsIn([...ENCODINGS, 'auto'], { message: `must be one of ${ENCODINGS.join(', ')}` })
  encoding?: string;

  /** The sign before the fraction of a number. */
  @IsOptional()
  @Named()
  @IsIn(['.', ',', 'auto'], { message: 'must be . or ,' })
  decimal?: '.' | ',' | 'auto';

  /**
   * Lines before the header, or before the first record, that are passed over.
   * @example 0
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(100_000, { message: 'must be at most 100000' })
  skip?: number;

  /** Whether the first line names the columns. */
  @IsOptional()
  @IsIn(['true', 'false', 'auto'], { message: 'must be true, false or auto' })
  header?: 'true' | 'false' | 'auto';

  /**
   * Records that may be rejected; one more fails the upload. Without it, that is judged by their share.
   * @example 100
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(Number.MAX_SAFE_INTEGER, { message: 'is too large' })
  max_rejects?: number;
}
