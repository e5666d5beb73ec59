import { createServer } from 'node:net';

/** Whether a server can listen on `port` of `host` now. `reason` is the system's error code, such as EADDRINUSE or EACCES. */
export const tryPort = (port: number, host: string): Promise<{ port: number } | { reason: string }> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ reason: error.code ?? error.message }));
    server.listen({ port, host, exclusive: true }, () => {
      const { port: actual } = server.address() as { port: number };
      server.close(() => resolve({ port: actual }));
    });
  });

/** A free port of 127.0.0.1. Another process may take it before the caller does, so the caller must be able to retry. */
export async function freePort(): Promise<number> {
  const found = await tryPort(0, '127.0.0.1');
  if ('reason' in found) throw new Error(`No free port on 127.0.0.1: ${found.reason}`);
  return found.port;
}
