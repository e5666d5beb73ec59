import type { IncomingMessage, ServerResponse } from 'node:http';

/** The limits of nginx (lingering_time, lingering_timeout): how long the rest of a body is read, in all and while no byte comes. */
const LONGEST_MS = 30_000;
const SILENCE_MS = 5_000;

const asksToClose = ({ headers, httpVersion }: IncomingMessage): boolean =>
  httpVersion === '1.0' ? !/keep-alive/i.test(headers.connection ?? '') : /close/i.test(headers.connection ?? '');

/**
 * Call this when a request is answered before its body has been read. A connection that is closed with unread bytes is reset, and
 * the reset may arrive before the answer: the client then sees a broken pipe instead of the reason. So the rest of the body is read
 * and dropped for a limited time. The connection stays usable if the body ends within that time.
 */
export function lingerOverBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  // For a client that asks to close, Node closes right after the answer. Here the connection is closed after the body has ended.
  const closeAfterwards = asksToClose(request);
  if (closeAfterwards) response.setHeader('connection', 'keep-alive');

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
