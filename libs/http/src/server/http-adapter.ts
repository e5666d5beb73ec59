import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '@app/config';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { HeadersTooLarge, MalformedRequest, RequestTimedOut } from '../problems/http.problems.js';
import { PROBLEM_TYPE, problemBody, problemOf } from '../problems/problem-answer.js';
import { writeProblem } from './odd-requests.js';
import { requestId } from './request-ids.js';
import { endUnreadAnswers, OpenResponses } from './unread-answers.js';

/** `TRUST_PROXY` as Fastify takes it: nothing, a number of hops, or addresses. */
const trustProxy = (value: string): boolean | number | string => {
  if (value === '') return false;
  return /^\d+$/.test(value) ? Number(value) : value;
};

/** The Fastify adapter for `NestFactory.create(AppModule, httpAdapter(config, logger), { bodyParser: false })`. */
export function httpAdapter(config: Config, logger: Logger): FastifyAdapter {
  const responses = new OpenResponses();
  const adapter = new FastifyAdapter({
    loggerInstance: logger as FastifyBaseLogger,
    genReqId: requestId,
    // The log context carries the request id; a child logger per request would only repeat it.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.BODY_LIMIT_BYTES,
    trustProxy: trustProxy(config.TRUST_PROXY) as string,
    // A column's key is a parameter, and is as long as a name in a file: as long as an address can be.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16 * 1024 },
    // Requests that arrive while the process stops still get their normal answer.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerMalformedHttp(error, socket, responses),
    // Node would answer a missing Host with a bare 400; `requireHost` answers with a problem.
    http: { requireHostHeader: false },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error);
      reply.header('x-request-id', String(request.id)).status(problem.status).type(PROBLEM_TYPE);
      reply.send(JSON.stringify(problemBody(problem, request.url.split('?', 1)[0]!, String(request.id))));
    },
  });
  const server = adapter.getHttpServer<Server>();
  responses.watch(server);
  endUnreadAnswers(server, responses, config.ANSWER_IDLE_TIMEOUT_MS, logger);
  return adapter;
}

/**
 * Answers bytes that are not HTTP. They never reach a route, so the problem is written to the bare socket, unless another response
 * has begun there: then the problem would become part of it. The socket is destroyed afterwards; if it were only ended, the client
 * could keep it open for as long as it likes.
 */
function answerMalformedHttp(error: Error & { code?: string }, socket: Socket, responses: OpenResponses): void {
  if (!socket.writable || responses.hasBegun(socket)) {
    socket.destroy();
    return;
  }
  writeProblem(socket, problemOfParser(error.code));
  socket.destroySoon();
}

const problemOfParser = (code: string | undefined) => {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimedOut();
  return new MalformedRequest();
};
