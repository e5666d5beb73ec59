import { connect, createServer, type Socket } from 'node:net';

export interface AnswerLosingProxy {
  readonly url: string;
  /** What happens with the next answer of status 201: its line is cut, or another answer stands in its place. */
  loseNext(how: 'cut' | 502 | 500): void;
  /** How many answers were lost. */
  readonly lost: number;
  stop(): Promise<void>;
}

/** A proxy before the api that loses the answer to a request that was carried out. */
export async function startAnswerLosingProxy(apiUrl: string): Promise<AnswerLosingProxy> {
  const target = new URL(apiUrl);
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  let next: 'cut' | 502 | 500 | undefined;
  let lost = 0;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    track(near).pipe(track(far));
    far.on('data', (bytes) => {
      if (next === undefined || !bytes.toString('latin1').startsWith('HTTP/1.1 201')) return near.write(bytes);
      // Cut in the body: before the head, Chromium sends the request again by itself.
      if (next === 'cut') near.end(bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 5));
      else near.end(`HTTP/1.1 ${next} Lost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      far.destroy();
      next = undefined;
      lost += 1;
    });
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    loseNext: (how) => {
      next = how;
    },
    get lost() {
      return lost;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
