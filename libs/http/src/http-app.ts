import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { finished, Readable } from 'node:stream';
import type { Config } from '@app/config';
import { newId } from '@app/database';
import { createRequestLog, logContext, NestLogger } from '@app/logging';
import cors from '@fastify/cors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type onSendHookHandler,
  type RouteOptions,
} from 'fastify';
import type { Logger } from 'pino';
import { HeadersTooLarge, MalformedRequest, RequestTimedOut } from './http.problems.js';
import { isMultipart } from './is-multipart.js';
import { ProblemFilter } from './problem.filter.js';
import { PROBLEM_TYPE, problemBody } from './problem-body.js';
import { problemOf } from './problem-of.js';
import { requestId } from './request-id.js';
import { RouteTable } from './route-table.js';
import { securityHeaders } from './security-headers.js';
import { RequestValidationPipe } from './validation.pipe.js';

/** What `TRUST_PROXY` says, as Fastify takes it: nothing, a number of hops, or addresses. */
const trustProxy = (value: string): boolean | number | string => {
  if (value === '') return false;
  return /^\d+$/.test(value) ? Number(value) : value;
};

const problemOfParser = (code: string | undefined) => {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimedOut();
  return new MalformedRequest();
};

/** A socket with the answer that Node is writing to it; Node's own default asks the same of it. */
type AnsweringSocket = Socket & { _httpMessage?: { headersSent: boolean } | null };

/**
 * Bytes that are no HTTP never reach a route; they get their problem on the bare socket, unless another answer has begun there, of
 * which it would become a part. The socket is destroyed then: ended only, it would stay for as long as the other side likes.
 */
function answerMalformedHttp(error: Error & { code?: string }, socket: AnsweringSocket): void {
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = problemOfParser(error.code);
  const id = newId();
  const body = JSON.stringify(problemBody(problem, '', id));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** A Fastify adapter for `NestFactory.create(AppModule, httpAdapter(config, logger), { bodyParser: false })`. */
export const httpAdapter = (config: Config, logger: Logger): FastifyAdapter =>
  new FastifyAdapter({
    loggerInstance: logger as unknown as FastifyBaseLogger,
    genReqId: requestId,
    // The id comes from the log context; a child logger per request would only say it twice.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.BODY_LIMIT_BYTES,
    trustProxy: trustProxy(config.TRUST_PROXY) as never,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // What comes while the process stops is still answered, and in its own words.
    return503OnClosing: false,
    clientErrorHandler: answerMalformedHttp as never,
    // Node would refuse it without a word; `demandHost` says what is wrong.
    http: { requireHostHeader: false },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error);
      reply.header('x-request-id', String(request.id)).status(problem.status).type(PROBLEM_TYPE);
      reply.send(JSON.stringify(problemBody(problem, request.url, String(request.id))));
    },
  } as never);

/** All that is the same for every route: ids, logs, security headers, body parsing, validation, problems. Call before `app.init()`. */
export async function configureHttp(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable();

  app.useLogger(new NestLogger(logger));
  app.setGlobalPrefix('api/v1', { exclude: ['livez', 'readyz', 'metrics', 'api/docs/errors', 'api/openapi.json'] });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(routes));
  app.enableShutdownHooks([], { useProcessExit: true });

  fastify.addHook('onRoute', routes.add);
  fastify.addHook('onRoute', leaveStreamsOutOfHead);
  acceptJson(fastify);
  watchBodies(fastify, config.BODY_TIMEOUT_MS);
  ignoreExpectations(fastify);
  identifyAndLog(fastify, createRequestLog(logger));
  secure(fastify, await securityHeaders());
  demandHost(fastify);
  if (config.CORS_ORIGINS !== '') await fastify.register(cors, corsOptions(config));
}

/** Fastify reads a stream to its end for a HEAD: a whole export, or the progress of an upload until it is over. */
function leaveStreamsOutOfHead(route: RouteOptions): void {
  if (route.method !== 'HEAD') return;
  const drop: onSendHookHandler = (_request, _reply, payload, done) => {
    if (!(payload instanceof Readable)) return done(null, payload);
    payload.destroy();
    done(null, Readable.from([]));
  };
  route.onSend = [drop, ...[route.onSend ?? []].flat()];
}

/** No body of ours is nested deeper than 4; what walks a body takes a level of the stack for each, and thousands overflow it. */
const DEEPEST_BODY = 32;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

/**
 * JSON and merge patches; an absent body is no fault, and members that would reach a prototype are refused. So is what is not
 * UTF-8 (RFC 8259, 8.1): decoded all the same, every letter with an accent of a Latin-1 client would be stored as U+FFFD.
 */
function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: string | Buffer, done) => {
      if (body.length === 0) return done(null, undefined);
      if (!isUtf8(body as Buffer)) return done(new MalformedRequest({}, { detail: 'The body is not UTF-8.' }));
      parse(request, body.toString(), (error, parsed: unknown) => {
        if (error) done(error);
        else if (isDeeper(parsed, DEEPEST_BODY))
          done(new MalformedRequest({}, { detail: 'The body is nested too deep.' }));
        else done(null, parsed);
      });
    },
  );
}

const announcesBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Whether it will be read, too. */
const hasBody = (request: FastifyRequest) => !READS.has(request.method) && announcesBody(request);

/**
 * Node's limit for whole requests is off (Fastify's default), and an upload, which may take hours, has a watch of its own. Any other
 * body that never ends would keep its connection, and what has come of it, for as long as the client likes.
 */
function watchBodies(fastify: FastifyInstance, timeoutMs: number): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isMultipart(request)) return done();
    // Of no body no type is asked: curl names that of a form with each POST that it is given an empty body for.
    if (!announcesBody(request)) delete request.headers['content-type'];
    if (hasBody(request)) {
      const timer = setTimeout(() => {
        if (reply.sent) return;
        // What still comes of the body would be taken for the next request.
        reply.header('connection', 'close');
        payload.emit('error', new RequestTimedOut());
      }, timeoutMs);
      finished(payload, () => clearTimeout(timer));
    }
    done();
  });
}

/** What a client expects beyond 100-continue may be refused (RFC 9110, 10.1.1); Node's 417 would have neither id nor problem. */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** RFC 9112, 3.2. */
function demandHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.headers.host !== undefined || raw.httpVersion === '1.0') done();
    else done(new MalformedRequest({}, { detail: 'The header Host is missing.' }));
  });
}

/** Requests that change nothing. What goes wrong in them is told with their id by the problem filter; the rest has none to tell. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

function identifyAndLog(fastify: FastifyInstance, log: ReturnType<typeof createRequestLog>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (READS.has(request.method)) return done();
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

/** All under the prefix is data; what is shown to people lies beside it. */
function secure(fastify: FastifyInstance, { data, document }: Awaited<ReturnType<typeof securityHeaders>>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.url.startsWith('/api/v1/') ? data : document);
    done();
  });
}

const corsOptions = (config: Config) => ({
  origin: config.CORS_ORIGINS === '*' ? '*' : config.CORS_ORIGINS.split(',').map((origin) => origin.trim()),
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'Content-Disposition',
    'ETag',
    'Idempotency-Replayed',
    'Link',
    'Location',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'X-Cache',
    'X-Rejects-Left-Out',
    'X-Request-Id',
  ],
  maxAge: 600,
});
