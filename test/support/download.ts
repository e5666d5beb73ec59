import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a reader at leisure takes at a time, and how long it then does something else: some 0.8 MB/s. */
const SIP_BYTES = 8 * 1024;
const PAUSE_MS = 10;

/** An answer that is read at the reader's own pace: what it does not take stays in the sockets, and with the server. */
export class Download {
  /** Bytes read so far, packed if they came so. */
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

  /** Reads for so long, a little at a time. */
  async slowly(ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      this.take(this.response.read(SIP_BYTES) ?? this.response.read());
      await sleep(PAUSE_MS);
    }
  }

  /** Reads the rest as fast as it comes. @returns SHA-256 of the whole, hexadecimal. @throws when it breaks off */
  async toTheEnd(each: (chunk: Buffer) => unknown = () => {}): Promise<string> {
    for await (const chunk of this.response) {
      this.take(chunk);
      await each(chunk);
    }
    if (!this.response.complete) throw new Error(`The answer broke off after ${this.bytes} bytes.`);
    return this.hash.digest('hex');
  }

  /** Leaves without a word. */
  abandon(): void {
    this.request.destroy();
  }

  private take(chunk: Buffer | null): void {
    if (!chunk) return;
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }
}
