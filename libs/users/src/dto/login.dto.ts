import { Transform } from 'class-transformer';
import { IsString, MaxLength } from 'class-validator';

/** What a session is opened with. */
export class LoginDto {
  /** @example ada@example.org */
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  @IsString({ message: 'must be a text' })
  @MaxLength(254, { message: 'must have at most 254 characters' })
  email: string;

  /** @example violet-harbour-29-lamps */
  @IsString({ message: 'must be a text' })
  @MaxLength(128, { message: 'must have at most 128 characters' })
  password: string;
}
