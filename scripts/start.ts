import 'reflect-metadata';
import { resolve } from 'node:path';
import { type Config, ConfigError, loadConfigFromProcess } from '@app/config';
import { ensureBuilt } from './build/build.js';
import { Refusal, runScript } from './processes/refusal.js';
import { StopRequest, StopRequested } from './processes/stop-request.js';
import { root } from './root.js';
import { banner, originOf } from './start/banner.js';
import { claimDataDir } from './start/data-dir.js';
import {
  claimPort,
  death,
  migrateDatabase,
  type RunningApp,
  type Servers,
  startApp,
  startServers,
  untilReady,
} from './start/services.js';

/** What runs, in the order in which it was started; it is stopped in the opposite one. */
let servers: Servers = {};
const apps: RunningApp[] = [];

const say = (text: string) => console.log(text);

function configuration(): Config {
  try {
    return loadConfigFromProcess();
  } catch (error) {
    throw error instanceof ConfigError ? new Refusal(error.message) : error;
  }
}

/** @param over aborted when this run is over, also because it could not start. */
async function start(stop: StopRequest, over: AbortSignal, config: Config, dataDir: string): Promise<string> {
  const given = { database: Boolean(process.env.DATABASE_URL), redis: Boolean(process.env.REDIS_URL) };
  const port = await claimPort(config);
  const built = ensureBuilt(say, AbortSignal.any([stop.signal, over]));
  // Both are awaited below; a refusal of one while the other is still waited for is not unhandled.
  built.catch(() => {});
  servers = await startServers(dataDir, given, say);
  await stop.orElse(built);

  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATA_DIR: dataDir,
    PORT: `${port}`,
    ...(servers.postgres && { DATABASE_URL: servers.postgres.url }),
    ...(servers.redis && { REDIS_URL: servers.redis.url }),
  };
  say(migrateDatabase(env));
  stop.signal.throwIfAborted();
  for (const app of ['api', 'worker'] as const) apps.push(await startApp(app, env, config, dataDir));
  const origin = originOf(config.HOST, port);
  await stop.orElse(untilReady(origin, apps));
  return banner(origin, dataDir, config, servers);
}

/** Rejects as soon as something of ours ends by itself. */
const somethingEnds = (): Promise<never> =>
  Promise.race([
    ...apps.map(async (app): Promise<never> => {
      await app.ended;
      throw death(app);
    }),
    ...(['postgres', 'redis'] as const).map(async (name): Promise<never> => {
      await (servers[name]?.ended ?? new Promise(() => {}));
      throw new Refusal(`Our ${name} has ended by itself, so everything else is stopped; see ${name}.log in the logs.`);
    }),
  ]);

/** The api and the worker finish what they are doing while their servers are still there. */
async function stopAll(): Promise<void> {
  await Promise.all(apps.map((app) => app.stop()));
  await Promise.all([servers.redis?.stop(), servers.postgres?.stop()]);
}

/** The impatient way: nothing is finished, PostgreSQL and the append-only file recover at the next start. */
function forceAll(): void {
  for (const app of apps) app.kill('SIGKILL');
  void Promise.all([servers.redis?.stop('SIGKILL'), servers.postgres?.stop('immediate')]).finally(() =>
    process.exit(130),
  );
}

await runScript(async () => {
  process.chdir(root);
  const stop = new StopRequest(forceAll);
  const config = configuration();
  const dataDir = resolve(config.DATA_DIR);
  const release = claimDataDir(dataDir);
  const over = new AbortController();
  try {
    say(await start(stop, over.signal, config, dataDir));
    await stop.orElse(somethingEnds());
  } catch (error) {
    if (!(error instanceof StopRequested)) throw error;
    say('\nStopping …');
  } finally {
    over.abort();
    await stopAll();
    release();
  }
  say(`Stopped. The data stays in ${config.DATA_DIR}.`);
  return 0;
});
