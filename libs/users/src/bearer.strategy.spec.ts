import type { ReadAhead } from '@app/http';
import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { BearerStrategy } from './bearer.strategy.js';
import { hashBearerToken } from './bearer-token.js';
import type { SessionsService } from './sessions.service.js';

/** The hash that the strategy asks the sessions for; null where it finds no token. */
async function tokenHashOf(request: object): Promise<string | null> {
  const strategy = new BearerStrategy(
    {
      recognise: async (tokenHash: string) => ({ id: 'ann', tokenHash }),
    } as Partial<SessionsService> as SessionsService,
    { begin: () => {} } as Partial<ReadAhead> as ReadAhead,
  );
  return new Promise((resolve, reject) => {
    const attempt = Object.assign(Object.create(strategy) as BearerStrategy, {
      success: ({ tokenHash }: { tokenHash: string }) => resolve(tokenHash),
      fail: () => resolve(null),
      error: reject,
    });
    attempt.authenticate(request as FastifyRequest);
  });
}

it('takes the token of a Bearer header, and no other token', async () => {
  const scheme = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', 'Bearers', '', ' Bearer');
  const gap = fc.constantFrom(' ', '  ', '\t', '');
  const token = fc.oneof(fc.string(), fc.constant('a b'), fc.base64String());
  const header = fc.option(
    fc.tuple(scheme, gap, token).map((parts) => parts.join('')),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(header, async (authorization) => {
      const sent = /^Bearer ([^ ]+)$/i.exec(authorization ?? '')?.[1];
      const expected = sent === undefined ? null : hashBearerToken(sent);
      expect(await tokenHashOf({ headers: { authorization } })).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

it('takes no token from the query or the body', async () => {
  const elsewhere = { query: { access_token: 'a' }, body: { access_token: 'a' } };
  expect(await tokenHashOf({ headers: {}, ...elsewhere })).toBeNull();
  expect(await tokenHashOf({ headers: { authorization: 'Bearer b' }, ...elsewhere })).toBe(hashBearerToken('b'));
});
