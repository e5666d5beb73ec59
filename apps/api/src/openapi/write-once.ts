import type { FastifyInstance, onSendHookHandler, preHandlerHookHandler, RouteOptions } from 'fastify';

/**
 * Answers of these routes, which are registered later, are written for the first request, and kept. Swagger's own route writes the document
 * as YAML for each request: a tenth of a second in which nobody else is answered, for a client without a token.
 */
export function writeOnce(fastify: FastifyInstance, urls: readonly string[]): void {
  const written = new Map<string, { type: string; body: string }>();
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (!urls.includes(route.url)) return;
    const answer: preHandlerHookHandler = (_request, reply, done) => {
      const known = written.get(route.url);
      if (known) reply.type(known.type).send(known.body);
      else done();
    };
    const keep: onSendHookHandler = (_request, reply, payload, done) => {
      if (reply.statusCode === 200 && typeof payload === 'string' && !written.has(route.url))
        written.set(route.url, { type: String(reply.getHeader('content-type')), body: payload });
      done(null, payload);
    };
    route.preHandler = [answer, ...[route.preHandler ?? []].flat()];
    // Before Fastify's own hook for HEAD, which takes the body away.
    route.onSend = [keep, ...[route.onSend ?? []].flat()];
  });
}
