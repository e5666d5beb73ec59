import { connect } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Client } from 'pg';

const log = new Logger('Database');

/** The code that marks a CancelRequest (PostgreSQL's manual, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;
const CANCEL_TIMEOUT_MS = 3_000;
/** A request that reaches the server before the statement does has no effect, so it is repeated until the work has ended. */
const REPEAT_MS = 250;

/** When a statement is cancelled. */
interface CancelWhen {
  /** When this is aborted. */
  signal?: AbortSignal | undefined;
  /** After this many milliseconds. */
  afterMs?: number;
}

/**
 * Runs `work`, and cancels on the server what `client` executes, at the time that CancelWhen gives. Returns only after a request to cancel
 * has been answered: a late one would cancel a statement of the connection's next user.
 *
 * The request has a connection of its own, as the protocol wants it. So it does not wait for the pool, and PgBouncer passes it on to the
 * session that works for the client.
 * @param work receives whether it is cancelled, for work of several statements: a request between two of them has no effect.
 * @throws the signal's reason when it is aborted already; else what `work` throws (SQLSTATE 57014 for a cancelled statement).
 */
export async function cancellable<T>(
  client: Client,
  { signal, afterMs }: CancelWhen,
  work: (isCancelled: () => boolean) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  let requested: Promise<void> | undefined;
  let repeat: NodeJS.Timeout | undefined;
  const request = () => {
    requested = (requested ?? Promise.resolve()).then(() =>
      requestCancel(client).catch((error) => log.warn({ err: error }, 'Could not cancel a statement')),
    );
  };
  const cancel = () => {
    if (repeat) return;
    request();
    repeat = setInterval(request, REPEAT_MS);
  };
  // In a busy process the timer may fire late, when the answer has already arrived. Node reads the answer before it runs the immediate.
  let late: NodeJS.Immediate | undefined;
  const onTime = () => {
    late = setImmediate(cancel);
  };
  const timer = afterMs === undefined ? undefined : setTimeout(onTime, afterMs);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await work(() => repeat !== undefined);
  } finally {
    clearTimeout(timer);
    clearImmediate(late);
    clearInterval(repeat);
    signal?.removeEventListener('abort', cancel);
    await requested;
  }
}

/** Resolves when the server has closed the connection, which it does after it has signalled the session. */
function requestCancel(client: Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const message = Buffer.alloc(16);
  for (const [index, part] of [message.length, CANCEL_REQUEST, processID, secretKey].entries()) {
    message.writeInt32BE(part, index * 4);
  }
  return new Promise((resolve, reject) => {
    const { host, port } = client;
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    socket.setTimeout(CANCEL_TIMEOUT_MS, () => socket.destroy(new Error('The server did not answer.')));
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.resume();
    socket.end(message);
  });
}
