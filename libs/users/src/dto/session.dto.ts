import { ApiProperty } from '@nestjs/swagger';

/** A session that was opened. */
export class SessionDto {
  @ApiProperty({ example: 'You are logged in.' })
  detail: string;
  /**
   * Send it as `Authorization: Bearer <token>`. It is shown this once.
   * @example 3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs
   */
  token: string;
  /** @example Bearer */
  token_type: string;
  /** @example 2026-12-23T09:30:00.000Z */
  expires_at: Date;
}

/** A sentence for people. */
export class DetailDto {
  @ApiProperty({ example: 'You are logged out.' })
  detail: string;
}
