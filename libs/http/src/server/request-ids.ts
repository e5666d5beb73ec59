import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type createRequestLog, logContext } from '@app/logging';
import { tracing } from '@app/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';

// Letters, digits and the usual marks of ids. Short, because the id goes into every log line and back to the client.
const VALID_ID = /^[\w.:/+=@-]{1,128}$/;

/** The id that the client sent if it is well-formed, else a new one. For Fastify's `genReqId`. */
export const requestId = (request: Pick<IncomingMessage, 'headers'>): string => {
  const sent = request.headers['x-request-id'];
  return typeof sent === 'string' && VALID_ID.test(sent) ? sent : randomUUID();
};

// Version 00; a later version may add to it, and its first part means the same.
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-[\x21-\x7e]{0,64})?$/;

/** The place of the request in a trace (W3C Trace Context): that of its span, else what the client sent, if it is well-formed. */
const traceOf = ({ headers }: FastifyRequest): { traceparent?: string } => {
  const traceparent = tracing.traceparent() ?? headers.traceparent;
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {};
};

/** Methods that change nothing. They get no log context: the problem filter logs their failures with the request id. */
const READ_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sends the request id with every response, puts it and the trace into the log context, and logs one line for each response. */
export function identifyAndLog(fastify: FastifyInstance, log: ReturnType<typeof createRequestLog>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (READ_METHODS.has(request.method)) return done();
    reply.raw.once('close', logContext.enter({ request_id: String(request.id), ...traceOf(request) }, done));
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
