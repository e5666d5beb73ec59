import { createHash, timingSafeEqual } from 'node:crypto';
import type { Config } from '@app/config';
import { QUEUES } from '@app/jobs';
import { createBullBoard } from '@bull-board/api';
import { BullAdapter } from '@bull-board/api/bullAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { getQueueToken } from '@nestjs/bull';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

const PATH = '/admin/queues';
const USER = 'admin';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Shows Bull's queues in a browser, behind a password (HTTP Basic). Without ADMIN_PASSWORD there is no dashboard. */
export async function serveQueueDashboard(app: NestFastifyApplication, config: Config): Promise<void> {
  if (config.ADMIN_PASSWORD === undefined) return;
  const expected = digest(`Basic ${Buffer.from(`${USER}:${config.ADMIN_PASSWORD}`).toString('base64')}`);
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: Object.values(QUEUES).map((name) => new BullAdapter(app.get(getQueueToken(name), { strict: false }))),
    serverAdapter: board,
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await fastify.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
        await reply.status(401).header('www-authenticate', 'Basic realm="queues", charset="UTF-8"').send();
      });
      await scope.register(board.registerPlugin() as never);
    },
    { prefix: PATH },
  );
}
