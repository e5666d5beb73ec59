import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fingerprint, sentKey, storedKey } from './idempotency-key.js';

const newRequest = (over: object = {}) =>
  ({ method: 'POST', url: '/tasks/', query: {}, headers: {}, body: {}, ...over }) as unknown as FastifyRequest;
const withKey = (key: unknown) => newRequest({ headers: { 'idempotency-key': key } });

describe('the Idempotency-Key header', () => {
  it.each(['a', '8e03978e-40d5-43dd-bc93-6894a57f9324', '"quoted"', '~!@#$', 'x'.repeat(255)])('may be %s', (key) => {
    expect(sentKey(withKey(key))).toBe(key);
  });

  it.each(['', ' ', 'a b', 'é', 'a\tb', 'x'.repeat(256), 'one, two'])('may not be %j', (key) => {
    expect(() => sentKey(withKey(key))).toThrow(expect.objectContaining({ code: 'idempotency_key_invalid' }));
  });

  it('may be left out', () => {
    expect(sentKey(newRequest())).toBeUndefined();
  });
});

describe('a stored key', () => {
  it('belongs to its caller', () => {
    const [one, two] = ['u1', 'u2'].map((id) => storedKey('k', newRequest({ user: { id } })));
    expect(one?.scope).not.toBe(two?.scope);
    expect(one?.keyHash).toEqual(two?.keyHash);
  });

  it('of a route without a caller belongs to the subject of the request', () => {
    const of = (email: string) =>
      storedKey('k', newRequest({ body: { email } }), (body) => (body as { email: string }).email);
    expect(of('a@x.test').scope).not.toBe(of('b@x.test').scope);
    expect(of('a@x.test').scope).not.toContain('a@x.test');
  });

  it('differs from the key of a caller whose id is given as the subject', () => {
    expect(storedKey('k', newRequest(), () => 'u1').scope).not.toBe(
      storedKey('k', newRequest({ user: { id: 'u1' } })).scope,
    );
  });

  it('does not show what the client sent', () => {
    expect(storedKey('secret', newRequest()).keyHash.toString('latin1')).not.toContain('secret');
  });
});

describe('the fingerprint of a request', () => {
  it('is the same for the same request, however its address is spelled', () => {
    const one = fingerprint('k', newRequest({ url: '/tasks/?a=1&b=2', query: { a: '1', b: '2' } }), '{}');
    const two = fingerprint('k', newRequest({ url: '/tasks?b=2&a=1', query: { b: '2', a: '1' } }), '{}');
    expect(one).toEqual(two);
  });

  it('differs with method, address, query, content and key', () => {
    const fingerprints = [
      fingerprint('k', newRequest(), '{}'),
      fingerprint('k', newRequest({ method: 'PUT' }), '{}'),
      fingerprint('k', newRequest({ url: '/uploads' }), '{}'),
      fingerprint('k', newRequest({ url: '/tasks?a=1', query: { a: '1' } }), '{}'),
      fingerprint('k', newRequest(), '[]'),
      fingerprint('l', newRequest(), '{}'),
    ].map((digest) => digest.toString('hex'));
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});

describe('canonical JSON', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, shuffled(member)]),
    );
  };

  it('is JSON of the same value, and does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('depends on the order of an array', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });

  it('of an absent body is that of null', () => {
    expect(canonicalJson(undefined)).toBe('null');
  });
});
