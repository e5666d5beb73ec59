import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';

/** The responses that each connection still has to send, oldest first; more than one where the client pipelines requests. */
export class OpenResponses {
  private readonly open = new WeakMap<Socket, ServerResponse[]>();

  watch(server: Server): void {
    server.on('request', ({ socket }, response) => {
      const open = this.open.get(socket);
      if (open === undefined) this.open.set(socket, [response]);
      else {
        while (open[0]?.writableFinished) open.shift();
        open.push(response);
      }
    });
  }

  /** Whether part of a response is on its way to the client. */
  hasBegun(socket: Socket): boolean {
    return this.open.get(socket)?.some((each) => each.headersSent && !each.writableFinished) ?? false;
  }

  /** Whether the client waits for a response. */
  isAwaited(socket: Socket): boolean {
    return this.open.get(socket)?.some((each) => !each.writableFinished) ?? false;
  }
}

/**
 * Ends connections whose client takes nothing of its answer for `timeoutMs`; what the answer holds is freed. Node's limit for connections
 * counts a long write as idle only if none of it has left this process, so a client that reads slowly is served to the end. It also fires
 * while this process has nothing to send, because it is still at work: then it begins anew.
 */
export function endUnreadAnswers(server: Server, responses: OpenResponses, timeoutMs: number, logger: Logger): void {
  server.setTimeout(timeoutMs, (socket: Socket) => {
    const unread = socket.writableLength;
    if (unread === 0 && responses.isAwaited(socket)) {
      socket.setTimeout(timeoutMs);
      return;
    }
    // Node's limit for connections between two requests comes here too.
    if (unread > 0) logger.info({ bytes: unread }, 'A client did not read its answer');
    socket.destroy();
  });
}
