import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes that a slow reader reads at once, and its pause after that: about 0.8 MB/s. */
const SIP_BYTES = 8 * 1024;
const PAUSE_MS = 10;

/** A response that the test reads at a chosen speed. Unread data stays in the sockets and in the server. */
export class Download {
  /** Bytes read so far; compressed bytes if the response is compressed. */
  bytes = 0;
  private readonly hash = createHash('sha256');

  private constructor(
    private readonly request: ClientRequest,
    private readonly response: IncomingMessage,
  ) {}

  static async begin(url: string, token: string, encoding = 'identity'): Promise<Download> {
    const request = get(url, {
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': encoding },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} for ${url}`);
    return new Download(request, response);
  }

  /** Reads slowly for this time. */
  async slowly(ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      this.take(this.response.read(SIP_BYTES) ?? this.response.read());
      await sleep(PAUSE_MS);
    }
  }

  /** Reads the rest at full speed. @returns the SHA-256 of all of it, hexadecimal. @throws when the response is incomplete */
  async toTheEnd(each: (chunk: Buffer) => unknown = () => {}): Promise<string> {
    for await (const chunk of this.response) {
      this.take(chunk);
      await each(chunk);
    }
    if (!this.response.complete) throw new Error(`The answer broke off after ${this.bytes} bytes.`);
    return this.hash.digest('hex');
  }

  /** Disconnects. */
  abandon(): void {
    this.request.destroy();
  }

  private take(chunk: Buffer | null): void {
    if (!chunk) return;
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }
}
