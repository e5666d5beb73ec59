import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrate } from '../../libs/database/src/migrate.js';
import { type OwnPostgres, startPostgres, throwawaySettings } from '../../scripts/servers/index.js';
import type { TestDatabase } from './database.js';

/** A PostgreSQL that only one test uses, so that it can stop or freeze it. */
export interface StoppablePostgres extends TestDatabase {
  /** Stops it like a crash. */
  crash(): Promise<void>;
  /** Starts it again, with its data. */
  start(): Promise<void>;
  /** Freezes all of its processes: connections stay open without answers. */
  freeze(): void;
  thaw(): void;
}

/** Each connection has a process of its own, a child of the first one. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);

/** @param settings beside those of a throwaway server */
export async function startStoppablePostgres(settings: Record<string, string> = {}): Promise<StoppablePostgres> {
  const parent = inject('runFolder');
  const folder = mkdtempSync(join(parent, 'own-postgres-'));
  // The name of a socket may have 107 characters.
  const socketFolder = mkdtempSync(join(parent, 'run', 'o-'));
  const launch = () =>
    startPostgres({
      directory: join(folder, 'data'),
      socketFolder,
      logFile: join(folder, 'log'),
      database: 'own',
      settings: { ...throwawaySettings, ...settings },
      throwaway: { remove: [] },
    });
  let server: OwnPostgres = await launch();
  await migrate(server.url);
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of [...childrenOf(server.pid), server.pid]) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // The process of a connection may have ended meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  };
  return {
    url: server.url,
    name: 'own',
    crash: () => server.stop('immediate'),
    async start() {
      server = await launch();
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async drop() {
      signalAll('SIGCONT');
      await server.stop('immediate');
    },
  };
}
