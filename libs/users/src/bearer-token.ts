import { hash, randomBytes } from 'node:crypto';

/** A new opaque token: 256 random bits. */
export const newBearerToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. Fast on purpose: 256 random bits cannot be guessed from their hash. */
export const hashBearerToken = (token: string): Buffer => hash('sha256', token, 'buffer');

/** The same in hex; without the buffer, at a quarter of the cost. */
export const hashBearerTokenToHex = (token: string): string => hash('sha256', token, 'hex');
