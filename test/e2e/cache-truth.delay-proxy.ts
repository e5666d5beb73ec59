import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A proxy between one process and PostgreSQL that delays the answers of PostgreSQL on request. */
export interface DelayProxy {
  /** URL of the server through this proxy. */
  readonly url: string;
  /** Sets the delay, from the next answer on. */
  delayMs: number;
  stop(): Promise<void>;
}

export async function startDelayProxy(serverUrl: string): Promise<DelayProxy> {
  const target = new URL(serverUrl);
  const folder = target.searchParams.get('host');
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    const far = folder ? connect(`${folder}/.s.PGSQL.${target.port}`) : connect(Number(target.port), target.hostname);
    track(near).pipe(track(far));
    let earlier = Promise.resolve();
    // One after the other, so that the order stays the same when the delay ends.
    far.on('data', (chunk) => {
      earlier = earlier.then(async () => {
        if (way.delayMs > 0) await sleep(way.delayMs);
        near.write(chunk);
      });
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  url.searchParams.delete('host');
  const way: DelayProxy = {
    url: url.href,
    delayMs: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return way;
}
