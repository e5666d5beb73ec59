import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { appCommand } from '../../scripts/processes/app-process.js';
import { Client } from '../../test/support/client.js';
import { type Side, startSide } from '../measure/side.js';
import { startServers } from '../servers.js';
import { CACHED_PATHS, type Person, type Scenario, scenarios } from './scenarios.js';

/** Number of users whose requests alternate, because a cache for one user would be too easy. */
const READERS = 8;
const WRITERS = 8;
/** Tasks of each reader: some pages. */
const TASKS = 300;
/** Connections to PostgreSQL for the service and for the bare handlers: the default of the service. */
const POOL_SIZE = 10;

export interface Stage {
  service: Side;
  ceiling: Side;
  scenarios: Scenario[];
  close(): Promise<void>;
}

/**
 * Starts the servers, the built api and the bare handlers, and creates users and tasks.
 * @param profileFolder gets a CPU profile of the api, for Chrome's DevTools, when it is closed.
 */
export async function setUpStage(profileFolder?: string): Promise<Stage> {
  const servers = await startServers('http');
  const { folder, postgres, redis } = servers;

  const { args, ...api } = appCommand('api', { ...servers.env, DATABASE_POOL_SIZE: `${POOL_SIZE}` });
  const service = await startSide({
    ...api,
    args: [...(profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : []), ...args],
    cwd: folder,
    logFile: join(folder, 'api.log'),
  });
  const ceiling = await startSide({
    command: process.execPath,
    args: [
      ...['--import', '@swc-node/register/esm-register'],
      ...[fileURLToPath(new URL('ceiling.ts', import.meta.url)), postgres.url, redis.url, `${POOL_SIZE}`],
    ],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    logFile: join(folder, 'ceiling.log'),
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });

  const readers = await people(READERS, service.origin);
  const writers = await people(WRITERS, service.origin);
  await Promise.all(readers.map(fill));
  await keepAnswers(readers, redis.url);

  return {
    service,
    ceiling,
    scenarios: scenarios(readers, writers),
    close: async () => {
      await Promise.all([service.process.stop(), ceiling.process.stop()]);
      await servers.stop();
    },
  };
}

type User = Client & Person;

async function people(count: number, origin: string): Promise<User[]> {
  const users: User[] = [];
  for (let i = 0; i < count; i++) users.push((await new Client(origin).withAccount()) as User);
  return users;
}

async function fill(reader: User): Promise<void> {
  for (let i = 1; i <= TASKS; i++) {
    const { status } = await reader.post('/tasks/', {
      title: `Task number ${i}`,
      description: 'Measured, and not guessed: a description of the length that people write.'.repeat(1 + (i % 3)),
      priority: ['low', 'medium', 'high'][i % 3],
      ...(i % 2 === 0 && { due_date: new Date(Date.UTC(2027, 0, 1 + i)).toISOString() }),
    });
    if (status !== 201) throw new Error(`Could not create a task: ${status}`);
  }
}

/** The bare handlers send the same bytes as the service. */
async function keepAnswers(readers: User[], redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl.replace('unix://', ''));
  for (const reader of readers) {
    for (const [name, address] of Object.entries(CACHED_PATHS)) {
      const { body } = await reader.get(address);
      await redis.set(`ceiling:${name}:${reader.userId}`, JSON.stringify(body));
    }
  }
  await redis.quit();
}
