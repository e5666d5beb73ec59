import { Agent, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import type { Client } from '../../support/client.js';
import type { SmtpInbox } from '../../support/mail/index.js';
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
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly origin: string,
    private readonly person: Client & { email: string },
    private readonly foreign: { task: string; upload: string },
    private readonly endedToken: string,
    private readonly inbox: SmtpInbox,
    /** A completed upload of the person that is never deleted. */
    private readonly kept: { task: string; upload: string; failed: string },
  ) {}

  /** @throws when there is no answer */
  async send(call: Call): Promise<Received> {
    const response = await this.ask(call);
    const contentType = (response.headers['content-type'] ?? '').split(';')[0]!.trim();
    const text = contentType === 'text/event-stream' ? await beginningOf(response) : await textOf(response);
    const received = {
      status: response.statusCode!,
      contentType,
      retryAfter: response.headers['retry-after'] ?? null,
      text,
    };
    this.remember(call, received);
    return received;
  }

  /** Not by fetch, which refuses to send much of what other clients send. */
  private async ask(call: Call): Promise<IncomingMessage> {
    const path = (await this.pathOf(call)) + this.queryOf(call);
    const { headers, body } = withBody(call, await this.headersOf(call), await this.bodyOf(call));
    return new Promise((resolve, reject) => {
      const sent = request(this.origin + path, { method: call.method, headers, agent: this.agent });
      sent.setTimeout(HANGS_AFTER_MS, () => sent.destroy(new Error(`no answer within ${HANGS_AFTER_MS} ms`)));
      sent.on('response', resolve).on('error', reject).end(body);
    });
  }

  private isOfTasks = ({ operation }: Call) => operation.path.includes('/tasks/');

  private async pathOf(call: Call): Promise<string> {
    const id = {
      own: () => this.ownId(call),
      foreign: () => (this.isOfTasks(call) ? this.foreign.task : this.foreign.upload),
      unknown: () => crypto.randomUUID(),
      odd: () => call.oddId,
    }[call.idKind];
    // Every file of the fuzzer has these columns.
    const key = ['city', 'price', 'day'][call.pick % 3]!;
    return call.operation.path.replace('{id}', percentEncoded(await id())).replace('{key}', key);
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

  private async headersOf(call: Call): Promise<Record<string, string>> {
    // A header is bytes, without control characters.
    const sendable = (value: string) =>
      Buffer.from(value.slice(0, 3_000))
        .toString('latin1')
        .replace(/[\0-\x1f\x7f]/g, ' ');
    const headers = Object.fromEntries(call.headers.map(([name, value]) => [name, sendable(value)]));
    const authorization = await this.authorizationOf(call);
    return authorization === null ? headers : { ...headers, authorization };
  }

  private async authorizationOf({ operation, tokenKind }: Call): Promise<string | null> {
    switch (tokenKind) {
      case 'own':
        return `Bearer ${/^(logout|changePassword)/.test(operation.id) ? await this.spareToken() : this.person.token}`;
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

  /** A token of an account of its own: logging out and a new password must not end the caller's sessions. */
  private async spareToken(): Promise<string> {
    return (await this.person.as().withAccount({ password: PASSWORD })).token!;
  }

  private async bodyOf({ operation, body, pick }: Call): Promise<string | Buffer | null> {
    if (body === null || pick % 2 !== 0) return body;
    if (operation.id === 'login') return JSON.stringify({ email: this.person.email, password: PASSWORD });
    if (operation.id === 'confirmPasswordReset' && pick % 8 === 0) return JSON.stringify(await this.newPassword());
    return body;
  }

  private async newPassword() {
    const { email } = await this.person.as().withAccount({ password: PASSWORD });
    await this.person.as().post('/auth/user/password/reset/', { email });
    const { text } = await this.inbox.waitFor((mail) => mail.to.includes(email) && /#token=/.test(mail.text), 60_000);
    return { token: /#token=([\w-]+)/.exec(text)![1], new_password: 'amber-meadow-61-clocks' };
  }

  /** Later calls use what earlier ones made. */
  private remember({ operation, method }: Call, { status, text, contentType }: Received): void {
    if (status >= 300 || method === 'HEAD' || contentType !== 'application/json') return;
    const body = JSON.parse(text);
    // With GET, the address of what makes an object lists objects.
    const isMade = method === operation.method;
    if (isMade && operation.id === 'createTask') this.tasks = [...this.tasks.slice(-50), body.id];
    if (isMade && operation.id === 'uploadCsv') this.uploads = [...this.uploads.slice(-50), body.id];
    const cursor = body.pagination?.next_cursor ?? body.next_cursor;
    if (typeof cursor === 'string') this.cursors = [...this.cursors.slice(-20), cursor];
  }
}

const EDGE = 'edge-of-a-part';

/** The body as it is sent, with the headers that describe it. */
function withBody(call: Call, headers: Record<string, string>, content: string | Buffer | null) {
  if (!mayHaveBody(call) || content === null) return { headers, body: undefined };
  if (!call.asForm) {
    const type = call.contentType === null ? {} : { 'content-type': call.contentType };
    return { headers: { ...headers, ...type, 'content-length': String(Buffer.byteLength(content)) }, body: content };
  }
  const body = Buffer.concat([
    Buffer.from(`--${EDGE}\r\nContent-Disposition: form-data; name="file"; filename="fuzz.csv"\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from(`\r\n--${EDGE}--\r\n`),
  ]);
  const type = `multipart/form-data; boundary=${EDGE}`;
  return { headers: { ...headers, 'content-type': type, 'content-length': String(body.length) }, body };
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const timer = setTimeout(() => response.destroy(), LOOK_AT_EVENTS_MS);
  let text = '';
  try {
    for await (const part of response) text += part;
  } catch {
    // Ended above.
  }
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
