import { IsText } from '@app/http';
import { Transform } from 'class-transformer';
import { canonicalEmail } from '../canonical.js';

/** A new password, with the old one as proof. */
export class ChangePasswordDto {
  /** @example violet-harbour-29-lamps */
  @IsText(0, 128)
  current_password: string;

  /**
   * 8 to 128 characters of any kind. A password that is easy to guess is rejected.
   * @example amber-meadow-61-clocks
   */
  @IsText(8, 128)
  new_password: string;
}

/** The address of an account whose password is forgotten. */
export class ResetPasswordDto {
  /** @example ada@example.org */
  @Transform(({ value }) => (typeof value === 'string' ? canonicalEmail(value) : value))
  @IsText(3, 254)
  email: string;
}

/** A new password, with a token from a mail as proof. */
export class ConfirmResetDto {
  /**
   * The token in the mail. It works once, within an hour.
   * @example 3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs
   */
  @IsText(1, 128)
  token: string;

  /**
   * 8 to 128 characters of any kind. A password that is easy to guess is rejected.
   * @example amber-meadow-61-clocks
   */
  @IsText(8, 128)
  new_password: string;
}
