import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '@app/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const LOOK_EVERY_MS = 50;

/**
 * Closing waits until every connection is gone, and Node ends the idle ones just once, when it begins. That leaves those that fall
 * idle later, for a minute of keep-alive, and those that a browser opened ahead and never used, which do not count as idle. And a
 * client that sends or reads slowly would hold the process for as long as it likes: after SHUTDOWN_TIMEOUT_MS it is cut off.
 */
export function closeConnectionsInTime(app: NestFastifyApplication, config: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  const server = fastify.server as Server;
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  fastify.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy();
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    const all = setTimeout(() => server.closeAllConnections(), config.SHUTDOWN_TIMEOUT_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(all);
    });
    done();
  });
}
