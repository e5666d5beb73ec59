import { canonicalEmail } from './canonical.js';

/** The account that a request is about, for its limits. The body is not validated yet. */
export const emailIn = (body: unknown): string | undefined => {
  const email = (body as { email?: unknown } | null | undefined)?.email;
  return typeof email === 'string' ? canonicalEmail(email) : undefined;
};
