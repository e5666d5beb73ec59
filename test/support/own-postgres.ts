import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrate } from '../../libs/database/src/migrate.js';
import { childrenOf } from '../../scripts/processes/process-facts.js';
import { type OwnPostgres, startPostgres, throwawaySettings } from '../../scripts/servers/index.js';
import type { TestDatabase } from './database.js';

/** A PostgreSQL that only one test uses, so that it can stop or freeze it. */
export interface StoppablePostgres extends TestDatabase {
  readonly superuserUrl: string;
  /** The data folder. */
  readonly directory: string;
  readonly socketFolder: string;
  /** Stops it like a crash. */
  crash(): Promise<void>;
  /** Starts it again, with its data. */
  start(): Promise<void>;
  /** Freezes all of its processes: connections stay open without answers. */
  freeze(): void;
  thaw(): void;
}

/** Each connection has a process of its own, a child of the first one. */
/** Folders of a server that does not exist yet. */
export function newServerFolders(): { folder: string; socketFolder: string } {
  const parent = inject('runFolder');
  // The name of a socket may have 107 characters.
  return { folder: mkdtempSync(join(parent, 'own-postgres-')), socketFolder: mkdtempSync(join(parent, 'run', 'o-')) };
}

/** @param settings beside those of a throwaway server */
export async function startStoppablePostgres(settings: Record<string, string> = {}): Promise<StoppablePostgres> {
  const server = await startInFolders(newServerFolders(), { ...throwawaySettings, ...settings });
  await migrate(server.url);
  return server;
}

/** @param isStandby `folder` has the data of a standby */
export async function startInFolders(
  { folder, socketFolder }: { folder: string; socketFolder: string },
  settings: Record<string, string>,
  isStandby = false,
): Promise<StoppablePostgres> {
  const directory = join(folder, 'data');
  const launch = () =>
    startPostgres({
      directory,
      socketFolder,
      logFile: join(folder, 'log'),
      database: 'own',
      isStandby,
      settings,
      throwaway: { remove: [] },
    });
  let server: OwnPostgres = await launch();
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
    superuserUrl: server.urlOf('own', 'superuser'),
    directory,
    socketFolder,
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
