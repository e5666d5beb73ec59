import { IsText } from '@app/http';
import { Transform } from 'class-transformer';

/** What a session is opened with. */
export class LoginDto {
  /** @example ada@example.org */
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  @IsText(0, 254)
  email: string;

  /** @example violet-harbour-29-lamps */
  @IsText(0, 128)
  password: string;
}
