import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify from 'fastify';

/** What belongs to one answer and not to all. */
const OF_THE_ANSWER = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive']);

/** For pages that a browser shows: the documentation and the dashboard. */
const DOCUMENT: FastifyHelmetOptions = { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } };

/**
 * For answers that are data. No browser shows them, and one that is made to may do nothing with them; what speaks of
 * documents only, or to browsers that are gone, is left out (OWASP REST Security Cheat Sheet, "Security Headers").
 */
const DATA: FastifyHelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginOpenerPolicy: false,
  dnsPrefetchControl: false,
  frameguard: { action: 'deny' },
  ieNoOpen: false,
  originAgentCluster: false,
  permittedCrossDomainPolicies: false,
  referrerPolicy: false,
  xssFilter: false,
};

export type Headers = Record<string, string>;

/**
 * The headers that helmet gives every answer, by kind. Helmet makes them anew for each, at more cost than all of Fastify;
 * so it is asked once, with a request that never leaves the process.
 */
export const securityHeaders = async (): Promise<{ document: Headers; data: Headers }> => ({
  document: await headersBy(DOCUMENT),
  data: await headersBy(DATA),
});

async function headersBy(options: FastifyHelmetOptions): Promise<Headers> {
  const probe = fastify();
  await probe.register(helmet, options);
  probe.get('/', (_request, reply) => reply.send());
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !OF_THE_ANSWER.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
