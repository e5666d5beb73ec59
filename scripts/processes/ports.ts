import { createServer } from 'node:net';

/** Whether `port` can be listened on at `host` now. `reason` is the system's code, such as EADDRINUSE or EACCES. */
export const tryPort = (port: number, host: string): Promise<{ port: number } | { reason: string }> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ reason: error.code ?? error.message }));
    server.listen({ port, host, exclusive: true }, () => {
      const { port: actual } = server.address() as { port: number };
      server.close(() => resolve({ port: actual }));
    });
  });

/** A port of 127.0.0.1 that nobody listens on; another may take it before you do, so be ready to ask again. */
export async function freePort(): Promise<number> {
  const found = await tryPort(0, '127.0.0.1');
  if ('reason' in found) throw new Error(`No free port on 127.0.0.1: ${found.reason}`);
  return found.port;
}
