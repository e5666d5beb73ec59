import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RouteNotFound } from '@app/http';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The built page: `dist/apps/web`, beside the folder of the api that this file is compiled to. */
const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', 'web');

/** The addresses that the page itself handles. */
const PAGES = [
  '/',
  '/sign-in',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/uploads',
  '/uploads/:id',
  '/uploads/:id/rows',
  '/uploads/:id/columns',
  '/uploads/:id/rejects',
  '/tasks',
  '/account',
];

/**
 * Only files of this origin, and no inline script or style. React and its components set styles by script, which the policy allows. A
 * script that an attacker puts into the page can neither run nor send the token elsewhere.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PLACES = {
  page: '/',
  documentation: '/api/docs/',
  openapi: '/api/openapi.json',
  errors: '/api/docs/errors',
  health: '/api/v1/health-check/',
};

/** Addresses for programs. What is unknown there is a problem, also for a browser. */
const FOR_PROGRAMS = /^\/(?:api|assets)(?:\/|$)/;

const wantsPage = ({ headers }: FastifyRequest): boolean => /\btext\/html\b/.test(headers.accept ?? '');

/**
 * Serves the page: its files under `/assets/` for a year, as their names change with their contents, and `index.html` for each of its
 * addresses. The page is a client like any other. A request for `/` without `Accept: text/html` gets PLACES as JSON. A browser that asks
 * for an address that does not exist gets the page too, with status 404; the page says that there is nothing, and where to go on.
 */
export async function servePage(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await fastify.register(fastifyStatic, {
    root: join(FOLDER, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '1y',
  });
  for (const url of PAGES) fastify.get(url, (request, reply) => answer(url, request, reply));
  // No async function: its promises would cost every cached GET a part of its time.
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 || !isForPeople(request)) return done();
    void builtPage().then((page) => (page === null ? done() : sendPage(reply.status(404), page)));
  });
  fastify.get('/api/v1/', (_request, reply) => reply.send(PLACES));
}

const isForPeople = (request: FastifyRequest): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  wantsPage(request) &&
  !FOR_PROGRAMS.test(request.url.split('?', 1)[0]!);

/** null where `nest start api` has built the api alone. */
const builtPage = (): Promise<Buffer | null> => readFile(join(FOLDER, 'index.html')).catch(() => null);

async function answer(url: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  reply.header('vary', 'Accept');
  if (!wantsPage(request)) {
    if (url === '/') return reply.send(PLACES);
    throw new RouteNotFound();
  }
  const page = await builtPage();
  return page === null ? reply.redirect(PLACES.documentation) : sendPage(reply, page);
}

const sendPage = (reply: FastifyReply, page: Buffer): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .header('vary', 'Accept')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', POLICY)
    .send(page);
