import { IsText, Satisfies } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, isEmail, Matches, MaxLength } from 'class-validator';
import { canonicalEmail } from '../canonical.js';

const trimmed = Transform(({ value }) => (typeof value === 'string' ? value.trim() : value));

/** A new account. */
export class RegisterDto {
  /**
   * The address for mails and for the login. Case is ignored.
   * @example ada@example.org
   */
  @Transform(({ value }) => (typeof value === 'string' ? canonicalEmail(value) : value))
  @MaxLength(254, { message: 'must have at most 254 characters' })
  @ApiProperty({ format: 'email' })
  // The library throws for half of a surrogate pair.
  @Satisfies(
    'isEmail',
    'must be an e-mail address',
    (value) => typeof value === 'string' && value.isWellFormed() && isEmail(value),
  )
  // RFC 5322 allows white space and line breaks in a quoted part. Real addresses have none, and they could break mail headers.
  @Matches(/^[^\s\x00-\x1f\x7f-\x9f]*$/, { message: 'must be an e-mail address without spaces or control characters' })
  email: string;

  /**
   * 8 to 128 characters of any kind. A password that is easy to guess is rejected.
   * @example violet-harbour-29-lamps
   */
  @IsText(8, 128)
  password: string;

  /** The password again, for forms that ask for it twice. */
  @ApiProperty({ type: String, required: false, nullable: true, example: 'violet-harbour-29-lamps' })
  @IsOptional()
  @IsText(0, 128)
  password_confirm?: string | null;

  /** Your name, for the greeting in mails. */
  @ApiProperty({ type: String, required: false, nullable: true, example: 'Ada Lovelace' })
  @IsOptional()
  @trimmed
  @IsText(0, 255)
  full_name?: string | null;

  /**
   * By default the part of the address before the @.
   * @example ada
   */
  @ApiProperty({ type: String, required: false, nullable: true })
  @IsOptional()
  @trimmed
  @IsText(1, 255)
  username?: string | null;
}
