import { Transform } from 'class-transformer';
import { IsEmail, IsOptional, IsString, Length, MaxLength } from 'class-validator';

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
  email: string;

  /**
   * 8 to 128 characters of any kind; one that is easily guessed is refused.
   * @example violet-harbour-29-lamps
   */
  @IsString({ message: 'must be a text' })
  @Length(8, 128, { message: 'must have 8 to 128 characters' })
  password: string;

  /** The password again, for forms that ask twice. */
  @IsOptional()
  @IsString({ message: 'must be a text' })
  password_confirm?: string;

  /**
   * What to call you.
   * @example Ada Lovelace
   */
  @IsOptional()
  @trimmed
  @IsString({ message: 'must be a text' })
  @MaxLength(255, { message: 'must have at most 255 characters' })
  full_name?: string;

  /**
   * Without one: the part of the address before the @.
   * @example ada
   */
  @IsOptional()
  @trimmed
  @IsString({ message: 'must be a text' })
  @Length(1, 255, { message: 'must have 1 to 255 characters' })
  username?: string;
}
