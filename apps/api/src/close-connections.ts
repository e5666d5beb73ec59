import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const LOOK_EVERY_MS = 50;

/**
 * Closing waits until every connection is gone, and Node ends the idle ones just once, when it begins. That leaves those that fall
 * idle later, for a minute of keep-alive, and those that a browser opened ahead and never used, which do not count as idle.
 */
export function closeConnectionsInTime(app: NestFastifyApplication): void {
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
    const timer = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS);
    server.once('close', () => clearInterval(timer));
    done();
  });
}
