import { SetMetadata } from '@nestjs/common';
import type { TightLimit } from './rate-limits.js';

export interface TightlyLimitedOptions {
  limit: TightLimit;
  /** Which account the attempt is about. The body was parsed and not yet validated; what is no string counts for no account. */
  account: (body: unknown) => unknown;
}

export const TIGHTLY_LIMITED = 'http:tightly-limited';

/**
 * An attempt at an account, limited per address and per account, exactly and over all processes.
 * @example
 * \@Post('login') \@TightlyLimited('login', (body) => (body as { email?: unknown })?.email)
 */
export const TightlyLimited = (limit: TightLimit, account: (body: unknown) => unknown) =>
  SetMetadata(TIGHTLY_LIMITED, { limit, account } satisfies TightlyLimitedOptions);
