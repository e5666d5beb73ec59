import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '@app/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const CHECK_EVERY_MS = 50;

/**
 * Closes connections while the process stops. Node waits for every connection, and closes the idle ones only once, at the beginning.
 * That leaves connections that become idle later, for a minute of keep-alive, and connections that a browser opened in advance and
 * never used, which do not count as idle. A client that sends or reads slowly is cut off after SHUTDOWN_TIMEOUT_MS.
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
    const idle = setInterval(() => server.closeIdleConnections(), CHECK_EVERY_MS);
    const all = setTimeout(() => server.closeAllConnections(), config.SHUTDOWN_TIMEOUT_MS);
    server.once('close', () => {
      clearInterval(idle);
      clearTimeout(all);
    });
    done();
  });
}
