import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '@app/config';
import { RateLimited, sendProblem } from '@app/http';
import { JobBoard } from '@app/jobs';
import { NotAuthenticated } from '@app/users/api';
import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OutboxQueue } from './outbox-queue.js';
import { WrongPasswords } from './wrong-passwords.js';

const PATH = '/admin/queues';
const USER = 'admin';

/** Only files of this origin. The board has styles, but no scripts, in its HTML. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A link, script or style of another origin: bull-board's page asks Google for fonts. */
const FOREIGN = /<(?:link|script)\b[^>]*\b(?:href|src)=["']?(?:https?:)?\/\/[^>]*>(?:\s*<\/script>)?/gi;

/** How long an address that has sent too many wrong passwords waits at most: as long as they are counted. */
const RETRY_AFTER_SECONDS = 60;

const passwordNeeded = () =>
  new NotAuthenticated(
    {},
    {
      detail: `Send the user ${USER} and the password of the dashboard by HTTP Basic.`,
      headers: { 'WWW-Authenticate': 'Basic realm="queues", charset="UTF-8"' },
    },
  );

const tooManyWrong = () =>
  new RateLimited(
    { policy: 'dashboard-address', retry_after_seconds: RETRY_AFTER_SECONDS },
    { headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } },
  );

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Shows all jobs in a browser, behind a password (HTTP Basic); see OutboxQueue. Without ADMIN_PASSWORD there is no dashboard. It loads
 * nothing from elsewhere.
 */
export async function serveQueueDashboard(app: NestFastifyApplication, config: Config): Promise<void> {
  if (config.ADMIN_PASSWORD === undefined) return;
  const jobs = app.get(JobBoard);
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: jobs.names.map((name) => new OutboxQueue(jobs, name)),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Jobs', hideDocsLink: true, showWorkers: false } },
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const authenticate = passwordCheck(config.ADMIN_PASSWORD, config.RATE_LIMIT === 'on');
  await fastify.register(
    async (scope) => {
      scope.addHook('onRequest', authenticate);
      scope.addHook('onSend', ownFilesOnly);
      await scope.register(board.registerPlugin() as never);
    },
    { prefix: PATH },
  );
}

function passwordCheck(password: string, isLimited: boolean) {
  const expected = digest(`Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`);
  const wrong = new WrongPasswords();
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    if (isLimited && wrong.areTooMany(request.ip)) return sendProblem(tooManyWrong(), request, reply);
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return undefined;
    // A browser asks without a password first.
    if (request.headers.authorization !== undefined) wrong.add(request.ip);
    return sendProblem(passwordNeeded(), request, reply);
  };
}

async function ownFilesOnly(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  reply.header('content-security-policy', POLICY);
  if (!String(reply.getHeader('content-type')).startsWith('text/html')) return payload;
  return String(payload).replaceAll(FOREIGN, '');
}
