import type { Client } from '../../support/client.js';
import { type Call, mayHaveBody } from './calls.js';

export const PASSWORD = 'violet-harbour-29-lamps';
/** No answer of the api takes longer, on a busy machine either. */
const HANGS_AFTER_MS = 30_000;
/** Events of an upload that has not ended go on; what came until then is looked at. */
const LOOK_AT_EVENTS_MS = 1_000;

export interface Received {
  status: number;
  contentType: string;
  retryAfter: string | null;
  text: string;
}

/** The person who calls, with what they have; another person, whose objects they must not reach. */
export class Sender {
  private tasks: string[] = [];
  private uploads: string[] = [];
  private cursors: string[] = [];
  private readonly spareTokens: string[] = [];

  constructor(
    private readonly origin: string,
    private readonly person: Client & { email: string },
    private readonly foreign: { task: string; upload: string },
    private readonly endedToken: string,
    /** A completed upload of the person that is never deleted. */
    private readonly kept: { task: string; upload: string; failed: string },
  ) {}

  /** @throws when there is no answer */
  async send(call: Call): Promise<Received> {
    const path = await this.pathOf(call);
    const signal = AbortSignal.timeout(HANGS_AFTER_MS);
    const response = await fetch(this.origin + path + this.queryOf(call), {
      method: call.method,
      headers: await this.headersOf(call),
      body: mayHaveBody(call) ? this.bodyOf(call) : undefined,
      redirect: 'manual',
      signal,
    });
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0]!.trim();
    const text = contentType === 'text/event-stream' ? await beginningOf(response) : await response.text();
    const received = { status: response.status, contentType, retryAfter: response.headers.get('retry-after'), text };
    this.remember(call, received);
    return received;
  }

  private isOfTasks = ({ operation }: Call) => operation.path.includes('/tasks/');

  private async pathOf(call: Call): Promise<string> {
    const id = {
      own: () => this.ownId(call),
      foreign: () => (this.isOfTasks(call) ? this.foreign.task : this.foreign.upload),
      unknown: () => crypto.randomUUID(),
      odd: () => call.oddId,
    }[call.idKind];
    return call.operation.path.replace('{id}', percentEncoded(await id()));
  }

  /** Most reads are of a completed upload, so that there is something to read. */
  private async ownId(call: Call): Promise<string> {
    const { operation, method, pick } = call;
    const made = this.isOfTasks(call) ? this.tasks : this.uploads;
    if (operation.id === 'cancelUpload' && pick % 3 === 0) return this.uploadInProgress();
    if (operation.id === 'retryUpload' && pick % 3 === 0) return this.kept.failed;
    if (made.length > 0 && (method === 'DELETE' || pick % 3 === 0)) return made[pick % made.length]!;
    if (method === 'DELETE') return crypto.randomUUID();
    return this.isOfTasks(call) ? this.kept.task : this.kept.upload;
  }

  private async uploadInProgress(): Promise<string> {
    return (await this.person.upload('a,b\n1,2\n'.repeat(200_000), 'long.csv')).body.id;
  }

  private queryOf({ query, pick }: Call): string {
    const cursor = this.cursors[pick % Math.max(1, this.cursors.length)];
    const pairs = query
      .filter(([, value]) => value !== '{cursor}' || cursor !== undefined)
      .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value === '{cursor}' ? cursor! : value)}`);
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  }

  private async headersOf(call: Call): Promise<Headers> {
    const headers = new Headers();
    for (const [name, value] of call.headers) {
      // A header is bytes; those that no client can send are left out.
      const sendable = Buffer.from(value, 'utf8')
        .toString('latin1')
        .replace(/[\0\r\n]/g, ' ')
        .slice(0, 8_000);
      headers.set(name, sendable);
    }
    const isForm = call.asForm && call.body !== null;
    if (mayHaveBody(call) && call.contentType !== null && !isForm) headers.set('content-type', call.contentType);
    const authorization = await this.authorizationOf(call);
    if (authorization !== null) headers.set('authorization', authorization);
    return headers;
  }

  private async authorizationOf({ operation, tokenKind }: Call): Promise<string | null> {
    switch (tokenKind) {
      case 'own':
        return `Bearer ${/^logout/.test(operation.id) ? await this.tokenToEnd() : this.person.token}`;
      case 'none':
        return null;
      case 'wrong':
        return `Bearer ${'A'.repeat(43)}`;
      case 'ended':
        return `Bearer ${this.endedToken}`;
      case 'malformed':
        return `Bearer ${this.person.token}, Bearer ${this.person.token}`;
      case 'basic':
        return `Basic ${Buffer.from(`${this.person.email}:${PASSWORD}`).toString('base64')}`;
    }
  }

  /** A token of an account made for it: logging out must not end the caller's own sessions. */
  private async tokenToEnd(): Promise<string> {
    return this.spareTokens.pop() ?? (await this.person.as().withAccount()).token!;
  }

  private bodyOf(call: Call): FormData | string | Buffer | undefined {
    const { operation, body, pick } = call;
    if (body === null) return undefined;
    if (operation.id === 'login' && pick % 2 === 0)
      return JSON.stringify({ email: this.person.email, password: PASSWORD });
    if (!call.asForm) return body;
    const form = new FormData();
    form.append('file', new Blob([typeof body === 'string' ? body : new Uint8Array(body)]), 'fuzz.csv');
    return form;
  }

  /** Later calls use what earlier ones made. */
  private remember({ operation, method }: Call, { status, text, contentType }: Received): void {
    if (status >= 300 || method === 'HEAD' || contentType !== 'application/json') return;
    const body = JSON.parse(text);
    if (operation.id === 'createTask') this.tasks = [...this.tasks.slice(-50), body.id];
    if (operation.id === 'uploadCsv') this.uploads = [...this.uploads.slice(-50), body.id];
    const cursor = body.pagination?.next_cursor ?? body.next_cursor;
    if (typeof cursor === 'string') this.cursors = [...this.cursors.slice(-20), cursor];
  }
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body!.getReader();
  let text = '';
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), LOOK_AT_EVENTS_MS);
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value);
  clearTimeout(timer);
  return text;
}

/** UTF-8, where half of a surrogate pair has the three bytes that UTF-8 forbids: a client may send any bytes. */
function percentEncoded(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0xd800 || code > 0xdfff) return encodeURIComponent(character);
    const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
    return bytes.map((byte) => `%${byte.toString(16).toUpperCase()}`).join('');
  }).join('');
}
