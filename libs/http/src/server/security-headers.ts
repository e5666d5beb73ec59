import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** Headers that belong to a single response. */
const PER_RESPONSE = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive']);

/** For pages in a browser: the documentation and the dashboard. */
const DOCUMENT: FastifyHelmetOptions = { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } };

/**
 * For data. A browser that is made to show it must not run, frame or sniff it. Headers that matter only to documents or to old
 * browsers are left out (OWASP REST Security Cheat Sheet, "Security Headers").
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

type Headers = Record<string, string>;

/**
 * The headers that helmet sets, for documents and for data. Helmet computes them for each response, which costs more than all of
 * Fastify; so it computes them once, for a request within the process.
 */
export const securityHeaders = async (): Promise<{ document: Headers; data: Headers }> => ({
  document: await headersBy(DOCUMENT),
  data: await headersBy(DATA),
});

/**
 * Everything under the prefix is data; the pages for people lie beside it. What counts is the route: the router also finds it by
 * `/%61pi/v1/…` and by `http://host/api/v1/…`.
 */
export function addSecurityHeaders(
  fastify: FastifyInstance,
  { data, document }: { data: Headers; document: Headers },
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const address = request.routeOptions.url ?? request.url;
    reply.headers(address.startsWith('/api/v1/') ? data : document);
    done();
  });
}

async function headersBy(options: FastifyHelmetOptions): Promise<Headers> {
  const probe = fastify();
  await probe.register(helmet, options);
  probe.get('/', (_request, reply) => reply.send());
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !PER_RESPONSE.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
