import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { BearerCallers } from './bearer.callers.js';
import { BearerStrategy } from './bearer.strategy.js';
import { hashBearerToken } from './bearer-token.js';
import type { SessionsService } from './sessions.service.js';

const request = (authorization: string | undefined) => ({ headers: { authorization } }) as FastifyRequest;

/** The token that passport finds in a header and asks the sessions for, if any. */
async function tokenByPassport(authorization: string | undefined): Promise<string | null> {
  const strategy = new BearerStrategy({
    recognise: async (token: string) => ({ id: token, tokenHash: '' }),
  } as Partial<SessionsService> as SessionsService);
  return new Promise((resolve, reject) => {
    const attempt = Object.assign(Object.create(strategy) as BearerStrategy, {
      success: ({ id }: { id: string }) => resolve(id),
      fail: () => resolve(null),
      error: reject,
    });
    attempt.authenticate(request(authorization));
  });
}

const callers = new BearerCallers({} as SessionsService);

it('takes no other token from a header than passport does', async () => {
  const scheme = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', 'Bearers', '', ' Bearer');
  const gap = fc.constantFrom(' ', '  ', '\t', '');
  const token = fc.oneof(fc.string(), fc.constant('a b'), fc.base64String());
  const header = fc.option(
    fc.tuple(scheme, gap, token).map((parts) => parts.join('')),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(header, async (authorization) => {
      const sender = callers.senderOf(request(authorization));
      const token = await tokenByPassport(authorization);
      expect(sender).toBe(token === null ? undefined : hashBearerToken(token).toString('hex'));
    }),
    { numRuns: 500 },
  );
});
