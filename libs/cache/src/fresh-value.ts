import { randomBytes } from 'node:crypto';

/**
 * A value for a tag that no tag ever had. Random and not counted: a counter that Redis evicted or lost would start anew,
 * reach an old number again, and revive the entries of that time.
 */
export const freshValue = (): string => randomBytes(9).toString('base64url');
