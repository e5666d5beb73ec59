import { IsText } from '@app/http';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { canonicalEmail } from '../canonical.js';

/** The credentials of an account. */
export class LoginDto {
  /** @example ada@example.org */
  @Transform(({ value }) => (typeof value === 'string' ? canonicalEmail(value) : value))
  @IsText(0, 254)
  email: string;

  /** @example violet-harbour-29-lamps */
  @IsText(0, 128)
  password: string;
}

/** A new session. */
export class SessionDto {
  @ApiProperty({ example: 'You are logged in.' })
  detail: string;
  /**
   * Send it as `Authorization: Bearer <token>`. No later answer shows it again.
   * @example 3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs
   */
  token: string;
  /** @example Bearer */
  token_type: string;
  /** @example 2026-12-23T09:30:00.000Z */
  expires_at: Date;
}

/** A message for people. */
export class DetailDto {
  @ApiProperty({ example: 'You are logged out.' })
  detail: string;
}
