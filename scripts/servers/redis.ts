import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { Refusal } from '../processes/refusal.js';
import { waitUntil } from '../processes/wait-until.js';
import { environmentOf } from './debian-package.js';
import { redisBinary } from './redis-binary.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

export interface RedisOptions {
  /** Folder of the append-only file; created if it does not exist. */
  directory: string;
  /** Folder of the socket; see `socketFolder`. */
  socketFolder: string;
  /** Name of the socket, when several servers share a folder. */
  name?: string;
  logFile: string;
  /** Whether the data survives a restart. */
  persistent: boolean;
  announce?: (what: string) => void;
  /** Folders to delete when this process ends without stopping Redis. */
  remove?: string[];
}

export interface OwnRedis {
  readonly url: string;
  readonly pid: number;
  readonly ended: OwnProcess['ended'];
  /** SIGTERM writes all data and stops; SIGKILL stops like a crash. */
  stop(how?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/**
 * Starts a Redis (or Valkey) on a Unix socket. It stops when this process ends for any reason. When memory is full it refuses writes
 * and evicts no key, because Bull's keys must not be lost.
 * @throws Refusal when no Redis is found or it does not start.
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
    // Data is kept in the append-only file only.
    save: '',
    'maxmemory-policy': 'noeviction',
    databases: '64',
    daemonize: 'no',
    logfile: options.logFile,
  };
  const server = await startProcess({
    command: binary.command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: environmentOf(binary),
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
        // Redis answers "-LOADING" until it has read the append-only file.
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
    ?.replace(/^\d+:\w .*? [#*.-] /, '') || 'no message';

/** A Redis that answers on this socket belongs to a run that was killed a moment ago. */
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

/** Sends one inline command. @returns the first bytes of the answer; undefined when no server answers. */
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
