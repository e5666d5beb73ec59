import { connect, createServer, type Socket } from 'node:net';

export interface CutOffProxy {
  /** URL of the server through this proxy. */
  readonly url: string;
  /** Closes all connections, and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Lets nothing through, and closes nothing: connections stay open, and new ones are accepted, as by a network that loses packets. */
  goBlack(): void;
  /** Lets through what was held back, and all that comes. */
  comeBack(): void;
  stop(): Promise<void>;
}

/** A proxy between one process and PostgreSQL, so that a test can cut off this process only. */
export async function startCutOffProxy(serverUrl: string): Promise<CutOffProxy> {
  const target = new URL(serverUrl);
  const socketFolder = target.searchParams.get('host');
  const sockets = new Set<Socket>();
  let isBlack = false;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    // Not pipe, which would begin to flow again by itself.
    socket.on('data', (bytes) => other.get(socket)?.write(bytes));
    if (isBlack) socket.pause();
    return socket;
  };
  const other = new Map<Socket, Socket>();
  const server = createServer((near) => {
    const far = socketFolder
      ? connect(`${socketFolder}/.s.PGSQL.${target.port}`)
      : connect(Number(target.port), target.hostname);
    other.set(near, far).set(far, near);
    for (const socket of [near, far]) {
      track(socket);
      socket.on('end', () => other.get(socket)?.end());
      socket.on('close', () => {
        other.get(socket)?.destroy();
        other.delete(socket);
      });
    }
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
    goBlack() {
      isBlack = true;
      for (const socket of sockets) socket.pause();
    },
    comeBack() {
      isBlack = false;
      for (const socket of sockets) socket.resume();
    },
    stop: () => (server.listening ? cut() : Promise.resolve()),
  };
}
