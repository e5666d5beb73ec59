import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { redisBinary, redisEnvironment } from './redis-binary.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

export interface RedisOptions {
  /** Where it keeps its append-only file; made if it is not there. */
  directory: string;
  /** Where its socket stands; see `socketFolder`. */
  socketFolder: string;
  /** The socket's name, for several in one folder. */
  name?: string;
  logFile: string;
  /** Whether what it was told survives its end. */
  persistent: boolean;
  announce?: (what: string) => void;
  /** Folders that go when we end without having stopped it. */
  remove?: string[];
}

export interface OwnRedis {
  readonly url: string;
  readonly pid: number;
  readonly ended: OwnProcess['ended'];
  /** SIGTERM lets it write everything down; SIGKILL is a crash; SIGSTOP and SIGCONT, see `signal`. */
  stop(how?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/**
 * Starts a Redis (or Valkey) of our own on a Unix socket. It stops with us, whatever ends us. It refuses writes rather than evict
 * a key: Bull's keys are no cache.
 * @throws Refusal when there is none to be had.
 */
export async function startRedis(options: RedisOptions): Promise<OwnRedis> {
  const binary = await redisBinary(options.announce ?? (() => {}));
  const socket = join(options.socketFolder, `${options.name ?? 'redis'}.sock`);
  mkdirSync(options.directory, { recursive: true });
  await endLeftover(socket);

  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: options.directory,
    appendonly: options.persistent ? 'yes' : 'no',
    // The append-only file is the one that is kept; without it, nothing is.
    save: '',
    'maxmemory-policy': 'noeviction',
    databases: '64',
    daemonize: 'no',
    logfile: options.logFile,
  };
  const server = await startProcess({
    command: binary.command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: redisEnvironment(binary),
    cwd: options.directory,
    logFile: options.logFile,
    graceMs: STOP_TIMEOUT_MS,
    removeAfterwards: options.remove,
  });
  await untilReady(server, socket, options.logFile);

  return {
    url: `unix://${socket}`,
    pid: server.pid,
    ended: server.ended,
    stop: async (how = 'SIGTERM') => {
      await server.stop(how);
    },
    signal: (signal) => server.kill(signal),
  };
}

async function untilReady(server: OwnProcess, socket: string, logFile: string): Promise<void> {
  const refusal = (what: string) => new Refusal(`Redis ${what}; its log: ${logFile}`);
  try {
    await waitUntil(
      async () => {
        if (server.ending) throw refusal(`did not start (${lastWords(logFile)})`);
        // "-LOADING" until the append-only file is read.
        return (await ask(socket, 'PING'))?.startsWith('+PONG');
      },
      { timeoutMs: START_TIMEOUT_MS, everyMs: 20, onTimeout: () => refusal('did not become ready within a minute') },
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const lastWords = (logFile: string): string =>
  readFileSync(logFile, 'utf8')
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^\d+:\w .*? [#*.-] /, '') || 'it said nothing';

/** A Redis that answers on our own socket is one of ours, of a run that was killed a moment ago. */
async function endLeftover(socket: string): Promise<void> {
  if ((await ask(socket, 'PING')) !== undefined) {
    await ask(socket, 'SHUTDOWN');
    await waitUntil(async () => (await ask(socket, 'PING')) === undefined, {
      timeoutMs: STOP_TIMEOUT_MS,
      onTimeout: () => new Refusal(`A Redis of an earlier run still answers at ${socket} and does not stop.`),
    });
  }
  rmSync(socket, { force: true });
}

/** Sends one inline command; the answer's first bytes, or undefined when nobody is there. */
const ask = (socket: string, command: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.setTimeout(2_000, () => connection.destroy());
    connection.once('connect', () => connection.write(`${command}\r\n`));
    connection.once('data', (data) => {
      resolve(data.toString('latin1'));
      connection.destroy();
    });
    connection.on('error', () => {});
    connection.once('close', () => resolve(undefined));
  });
