import type { IncomingMessage, ServerResponse } from 'node:http';

/** As nginx has it (lingering_time, lingering_timeout): so long a sender is listened to in all, and so long when it is silent. */
const LONGEST_MS = 30_000;
const SILENCE_MS = 5_000;

/**
 * To be called when a request is answered before its body was read. A connection that is closed with unread bytes is reset, and
 * the reset may overtake the answer: the sender sees a broken pipe instead of the reason. So the rest is read and thrown away,
 * for a bounded time, and the connection stays usable if the body ended within it.
 */
export function lingerOverBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  // Node closes at once after the answer where the client asked for that; it is done here, when the body has ended.
  const closeAfterwards = !response.shouldKeepAlive;
  response.shouldKeepAlive = true;

  const { socket } = request;
  const giveUp = () => socket.destroy();
  const longest = setTimeout(giveUp, LONGEST_MS).unref();
  const silence = setTimeout(giveUp, SILENCE_MS).unref();
  request.unpipe();
  request.on('data', () => silence.refresh());
  request.once('close', () => {
    clearTimeout(longest);
    clearTimeout(silence);
    if (!closeAfterwards || !request.complete) return;
    if (response.writableFinished) socket.end();
    else response.once('finish', () => socket.end());
  });
  request.resume();
}
