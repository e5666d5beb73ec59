import { expect, it } from 'vitest';
import { hashBearerToken, newBearerToken } from './bearer-token.js';

it('a token has 256 bits, in characters that need no escaping', () => {
  const token = newBearerToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

it('no two tokens are the same', () => {
  expect(new Set(Array.from({ length: 1000 }, newBearerToken)).size).toBe(1000);
});

it('the stored hash is SHA-256', () => {
  expect(hashBearerToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
