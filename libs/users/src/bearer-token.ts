import { hash, randomBytes } from 'node:crypto';

/** A new opaque token: 256 random bits. */
export const newBearerToken = (): string => randomBytes(32).toString('base64url');

/**
 * The hash of a token in hex; only the hash is stored. SHA-256 is fast, and that is safe: 256 random bits cannot be guessed from it.
 * Hex directly, as making a buffer first takes four times as long.
 */
export const hashBearerToken = (token: string): string => hash('sha256', token, 'hex');
