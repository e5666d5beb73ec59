import { connect, createServer, type Socket } from 'node:net';

export interface CutOffProxy {
  /** URL of the server through this proxy. */
  readonly url: string;
  /** Closes all connections, and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** A proxy between one process and PostgreSQL, so that a test can cut off this process only. */
export async function startCutOffProxy(serverUrl: string): Promise<CutOffProxy> {
  const target = new URL(serverUrl);
  const socketFolder = target.searchParams.get('host');
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((near) => {
    const far = socketFolder
      ? connect(`${socketFolder}/.s.PGSQL.${target.port}`)
      : connect(Number(target.port), target.hostname);
    track(near).pipe(track(far)).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as { port: number };

  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  url.searchParams.delete('host');
  return {
    url: url.href,
    cut,
    restore: () => listen(port),
    stop: () => (server.listening ? cut() : Promise.resolve()),
  };
}
