import { Readable } from 'node:stream';
import type { Config } from '@app/config';
import { createRequestLog, NestLogger } from '@app/logging';
import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';
import type { Logger } from 'pino';
import { MalformedRequest } from '../problems/http.problems.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { RequestValidationPipe } from '../validation.js';
import { acceptJson, limitBodies, limitBodyTime } from './body-rules.js';
import { refuseOddRequests } from './odd-requests.js';
import { identifyAndLog } from './request-ids.js';
import { RouteTable } from './route-table.js';
import { addSecurityHeaders, securityHeaders } from './security-headers.js';

/**
 * Sets up what is the same for every route: ids, logs, security headers, body parsing, validation, problems. Call it before
 * `app.init()`.
 */
export async function configureHttp(app: NestFastifyApplication, config: Config, logger: Logger): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable();

  app.useLogger(new NestLogger(logger));
  app.setGlobalPrefix('api/v1', { exclude: ['livez', 'readyz', 'metrics', 'api/docs/errors', 'api/openapi.json'] });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(routes));
  app.enableShutdownHooks([], { useProcessExit: true });

  fastify.addHook('onRoute', routes.add);
  fastify.addHook('onRoute', dropStreamsOfHead);
  fastify.addHook('onRoute', limitBodies(config.BODY_LIMIT_BYTES));
  acceptJson(fastify);
  limitBodyTime(fastify, config.BODY_TIMEOUT_MS);
  ignoreExpectations(fastify);
  identifyAndLog(fastify, createRequestLog(logger));
  addSecurityHeaders(fastify, await securityHeaders());
  requireHost(fastify);
  refuseOddRequests(fastify);
  if (config.CORS_ORIGINS !== '') await fastify.register(cors, corsOptions(config));
}

/** For HEAD, Fastify would read a stream to its end: a whole export, or the progress of an upload until it is completed. */
function dropStreamsOfHead(route: RouteOptions): void {
  if (route.method !== 'HEAD') return;
  const drop: onSendHookHandler = (_request, _reply, payload, done) => {
    if (!(payload instanceof Readable)) return done(null, payload);
    payload.destroy();
    done(null, Readable.from([]));
  };
  route.onSend = [drop, ...[route.onSend ?? []].flat()];
}

/**
 * Carries out requests with an unknown `Expect`. RFC 9110, 10.1.1 allows a refusal, but Node's 417 has neither a request id nor a
 * problem.
 */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Refuses HTTP/1.1 without `Host` (RFC 9112, 3.2). */
function requireHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.headers.host !== undefined || raw.httpVersion === '1.0') done();
    else done(new MalformedRequest({}, { detail: 'The header Host is missing.' }));
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
