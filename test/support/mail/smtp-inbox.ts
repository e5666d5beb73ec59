import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail that the server accepted, so that the sender is done. */
export interface ReceivedMail {
  /** Addresses of the envelope, which decide where a mail goes whatever its headers say. */
  from: string;
  to: string[];
  messageId: string;
  subject: string;
  text: string;
  html: string;
  headers: ParsedMail['headers'];
  /** The source of the mail as it was received. */
  raw: Buffer;
  receivedAt: Date;
}

/** How the server treats its clients. */
type InboxMode =
  | { kind: 'accept' }
  /** Answers `stage` with `code` and never accepts the mail. */
  | { kind: 'refuse'; stage: 'connect' | 'mail' | 'rcpt' | 'data'; code: number; text?: string }
  /** Delays each step; `Infinity` never answers. */
  | { kind: 'slow'; ms: number }
  /** Keeps the mail but closes the connection without an answer, so that the sender cannot know. */
  | { kind: 'hang-up-after-data' };

export interface SmtpInbox {
  /** For SMTP_URL; stays the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** All mails kept so far, also when the sender got no positive answer; oldest first. */
  readonly messages: readonly ReceivedMail[];
  /** Number of connections so far. */
  readonly connections: number;
  /** Waits for the first mail that matches `predicate`, also an earlier one. Rejects after `timeoutMs` and lists the mails received. */
  waitFor(predicate: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  /** Waits for `count` matching mails and then `settleMs` longer, in which no other may arrive. */
  waitForExactly(
    count: number,
    predicate: (mail: ReceivedMail) => boolean,
    options?: { timeoutMs?: number; settleMs?: number },
  ): Promise<ReceivedMail[]>;
  behave(mode: InboxMode): void;
  clear(): void;
  /** Closes all connections and refuses new ones, like a crashed server. */
  stop(): Promise<void>;
  /** Starts again on the same port. */
  start(): Promise<void>;
}

/** A real SMTP server on 127.0.0.1. Stop it when done. */
export async function startSmtpInbox(options: { port?: number } = {}): Promise<SmtpInbox> {
  const messages: ReceivedMail[] = [];
  const watchers = new Set<() => void>();
  let mode: InboxMode = { kind: 'accept' };
  let connections = 0;
  let running: RunningServer | undefined;

  const answer = (stage: 'connect' | 'mail' | 'rcpt' | 'data', reply: (error?: Error | null) => void) => {
    const current = mode;
    if (current.kind === 'slow') {
      if (Number.isFinite(current.ms)) setTimeout(() => reply(), current.ms).unref();
    } else if (current.kind === 'refuse' && current.stage === stage) {
      reply(Object.assign(new Error(current.text ?? 'Not here'), { responseCode: current.code }));
    } else reply();
  };

  const keep = async (raw: Buffer, session: SMTPServerSession) => {
    const mail = await simpleParser(raw);
    const sender = session.envelope.mailFrom;
    messages.push({
      from: sender ? sender.address : '',
      to: session.envelope.rcptTo.map(({ address }) => address),
      messageId: mail.messageId ?? '',
      subject: mail.subject ?? '',
      text: mail.text ?? '',
      html: mail.html || '',
      headers: mail.headers,
      raw,
      receivedAt: new Date(),
    });
    for (const watcher of watchers) watcher();
  };

  const open = (port: number) =>
    listen(port, {
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      logger: false,
      onConnect: (_session, reply) => {
        connections += 1;
        answer('connect', reply);
      },
      onMailFrom: (_address, _session, reply) => answer('mail', reply),
      onRcptTo: (_address, _session, reply) => answer('rcpt', reply),
      onData: (stream, session, reply) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          answer('data', (error) => {
            if (error) return reply(error);
            keep(Buffer.concat(chunks), session).then(
              () => (mode.kind === 'hang-up-after-data' ? running?.hangUp() : reply()),
              reply,
            );
          });
        });
      },
    });

  running = await open(options.port ?? 0);
  const { port } = running;

  const until = <T>(look: () => T | undefined, timeoutMs: number, what: () => string) =>
    new Promise<T>((resolve, reject) => {
      const watcher = () => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        watchers.delete(watcher);
        resolve(found);
      };
      const timer = setTimeout(() => {
        watchers.delete(watcher);
        reject(new Error(`${what()} within ${timeoutMs} ms; the inbox holds ${describe(messages)}.`));
      }, timeoutMs);
      watchers.add(watcher);
      watcher();
    });

  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    messages,
    get connections() {
      return connections;
    },
    waitFor: (predicate, timeoutMs = 15_000) =>
      until(
        () => messages.find(predicate),
        timeoutMs,
        () => 'No matching mail arrived',
      ),
    async waitForExactly(count, predicate, { timeoutMs = 15_000, settleMs = 500 } = {}) {
      const matching = () => messages.filter(predicate);
      await until(
        () => (matching().length >= count ? true : undefined),
        timeoutMs,
        () => `Only ${matching().length} of ${count} matching mails arrived`,
      );
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      const found = matching();
      if (found.length !== count)
        throw new Error(`${found.length} matching mails arrived instead of ${count}: ${describe(found)}.`);
      return found;
    },
    behave(next) {
      mode = next;
    },
    clear() {
      messages.length = 0;
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async start() {
      running ??= await open(port);
    },
  };
}

const describe = (mails: readonly ReceivedMail[]) =>
  mails.length === 0 ? 'nothing' : mails.map(({ to, subject }) => `"${subject}" to ${to.join(', ')}`).join('; ');

interface RunningServer {
  port: number;
  hangUp(): void;
  stop(): Promise<void>;
}

/** smtp-server with a list of its sockets, because its close() waits for clients and a crashed server does not. */
async function listen(port: number, options: ConstructorParameters<typeof SMTPServer>[0]): Promise<RunningServer> {
  const smtp = new SMTPServer(options);
  // Some tests disconnect in the middle of a command, so this is not an error.
  smtp.on('error', () => {});
  const server: Server = smtp.server;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    hangUp,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        hangUp();
      }),
  };
}

/** A port without a listener, for a mail server that is down. */
export async function vacantPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
