import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type createRequestLog, logContext } from '@app/logging';
import type { FastifyInstance } from 'fastify';

// Letters, digits and the usual marks of ids. Short, because the id goes into every log line and back to the client.
const VALID_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the client sent if it is well-formed, else a new one. For Fastify's `genReqId`. */
export const requestId = (request: Pick<IncomingMessage, 'headers'>): string => {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && VALID_ID.test(sent) ? sent : randomUUID();
};

/** Methods that change nothing. They get no log context: the problem filter logs their failures with the request id. */
const READ_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sends the request id with every response, puts it into the log context, and logs one line for each response. */
export function identifyAndLog(fastify: FastifyInstance, log: ReturnType<typeof createRequestLog>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (READ_METHODS.has(request.method)) return done();
    reply.raw.once('close', logContext.enter({ request_id: String(request.id) }, done));
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    log({
      request_id: request.id,
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
    done();
  });
}
