import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { Client } from '../support/client.js';

/** Clients that use the service until they are stopped, and note each answer that is not the one they should get. */
export class Load {
  readonly failures: string[] = [];
  /** How often each kind of client got what it asked for. */
  readonly done: Record<string, number> = {};
  private stopped = false;
  private readonly running: Promise<void>[] = [];

  /** Runs `work` again and again. Its errors are failures. */
  add(kind: string, work: (turn: number) => Promise<void>): void {
    this.done[kind] ??= 0;
    const run = async () => {
      for (let turn = 1; !this.stopped; turn++) {
        try {
          await work(turn);
          this.done[kind]! += 1;
        } catch (error) {
          this.failures.push(`${kind}: ${(error as Error).cause ?? (error as Error).message}`);
          await sleep(100);
        }
      }
    };
    this.running.push(run());
  }

  /** Waits until each kind has been served this often again. */
  async turns(count: number): Promise<void> {
    const aim = Object.entries(this.done).map(([kind, done]) => [kind, done + count] as const);
    const end = Date.now() + 120_000;
    while (aim.some(([kind, done]) => this.done[kind]! < done)) {
      if (Date.now() > end) throw new Error(`Not served: ${JSON.stringify({ aim, done: this.done })}`);
      await sleep(20);
    }
  }

  /** Lets each client finish what it does. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }
}

/**
 * A connection for each request, as a command-line client has. One that keeps connections must repeat a request that meets the end of
 * its idle connection, as browsers do: a reload of nginx closes those.
 */
export const clientOf = (url: string, token?: string): Client => new Client(url, token, { connection: 'close' });

/** Sends a file as the body, in pieces with pauses, so that it takes about this long. @returns the status and the body of the answer */
export async function sendSlowly(
  { url, token }: Client,
  path: string,
  ms: number,
): Promise<{ status: number; body: { id: string } }> {
  const { size } = statSync(path);
  const pieces = 20;
  const sending = request(`${url}/api/v1/csv-data/uploads/?filename=slow.csv`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'content-length': size },
  });
  const answered = once(sending, 'response');
  answered.catch(() => {});
  for await (const piece of createReadStream(path, { highWaterMark: Math.ceil(size / pieces) })) {
    if (!sending.write(piece)) await Promise.race([once(sending, 'drain'), answered]);
    await sleep(ms / pieces);
  }
  sending.end();
  const [response] = (await answered) as [IncomingMessage];
  const text = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode!, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/**
 * Follows the events of an upload to the last one, like a browser's EventSource: when the stream ends earlier, it asks again from where
 * it was.
 * @returns the last status, and how often it asked
 * @throws Error for an answer that is no stream
 */
export async function follow({ url, token }: Client, uploadId: string): Promise<{ status: string; streams: number }> {
  let lastId = '';
  for (let streams = 1; ; streams++) {
    const answer = await fetch(`${url}/api/v1/csv-data/uploads/${uploadId}/events/`, {
      headers: {
        authorization: `Bearer ${token}`,
        connection: 'close',
        ...(lastId !== '' && { 'last-event-id': lastId }),
      },
    });
    const ended = /-([a-z]+)$/;
    if (answer.status === 204) return { status: ended.exec(lastId)?.[1] ?? 'unknown', streams };
    if (answer.status !== 200) throw new Error(`${answer.status} for the events: ${await answer.text()}`);
    const parser = createParser({ onEvent: ({ id }) => (lastId = id ?? lastId) });
    try {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) parser.feed(chunk);
    } catch {
      // The stream broke off; an EventSource reconnects then, too.
    }
    const end = ended.exec(lastId)?.[1];
    if (end !== undefined) return { status: end, streams };
    await sleep(100);
  }
}
