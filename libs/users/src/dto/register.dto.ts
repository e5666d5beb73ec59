import { IsText } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, IsOptional, Matches, MaxLength } from 'class-validator';

const trimmed = Transform(({ value }) => (typeof value === 'string' ? value.trim() : value));

/** What an account is opened with. */
export class RegisterDto {
  /**
   * Where mails go, and the name to log in with; upper and lower case are the same.
   * @example ada@example.org
   */
  @trimmed
  @MaxLength(254, { message: 'must have at most 254 characters' })
  @IsEmail({}, { message: 'must be an e-mail address' })
  // RFC 5322 lets quotes hold them, line breaks too; nobody has such an address, and it would end up in headers of mails.
  @Matches(/^[^\s\p{Cc}]*$/u, { message: 'must be an e-mail address without spaces or control characters' })
  email: string;

  /**
   * 8 to 128 characters of any kind; one that is easily guessed is refused.
   * @example violet-harbour-29-lamps
   */
  @IsText(8, 128)
  password: string;

  /** The password again, for forms that ask twice. */
  @ApiProperty({ type: String, required: false, nullable: true })
  @IsOptional()
  @IsText(0, 128)
  password_confirm?: string | null;

  /** What to call you. */
  @ApiProperty({ type: String, required: false, nullable: true, example: 'Ada Lovelace' })
  @IsOptional()
  @trimmed
  @IsText(0, 255)
  full_name?: string | null;

  /**
   * Without one: the part of the address before the @.
   * @example ada
   */
  @ApiProperty({ type: String, required: false, nullable: true })
  @IsOptional()
  @trimmed
  @IsText(1, 255)
  username?: string | null;
}
