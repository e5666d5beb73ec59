import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@app/config';
import type { App } from '../build/build.js';
import { describeEnding } from '../processes/app-process.js';
import { Refusal, runScript } from '../processes/refusal.js';
import { StopRequest, StopRequested } from '../processes/stop-request.js';
import { root } from '../root.js';
import { banner, originOf } from './banner.js';
import { configuration } from './configuration.js';
import { claimDataDir } from './data-dir.js';
import { requireRedis } from './given-redis.js';
import { LogRotation } from './log-rotation.js';
import { RestartPauses } from './restart-pauses.js';
import {
  claimPort,
  endedUnexpectedly,
  migrateDatabase,
  type Programs,
  type RunningApp,
  type Servers,
  startApp,
  startServers,
  untilReady,
} from './services.js';

const APPS = ['api', 'worker'] as const satisfies readonly App[];

/** What differs between `npm start` and `npm run dev`. */
export interface RunMode {
  /** The command of the user, for messages. */
  command: string;
  programs: Programs;
  /** Builds the programs. Rejects with a Refusal when the build fails, and when `signal` is aborted. */
  build(signal: AbortSignal): Promise<void>;
  /** What happens when an app ends unexpectedly: it is started again, or it waits for the next build. */
  onAppEnd: 'restart' | 'report';
  /** Called when everything is ready; a rejection ends the run. */
  supervise(run: LocalRun): Promise<never>;
  /** Called at the end, whether or not the run had started. */
  close?(): Promise<unknown>;
}

/** The api, the worker and the servers that they need, on this machine. */
export class LocalRun {
  private servers: Servers = {};
  private readonly apps = new Map<App, RunningApp>();
  private env: NodeJS.ProcessEnv = {};
  private origin = '';
  private stopping = false;
  private isReady = false;
  private restarting: Promise<unknown> = Promise.resolve();
  private readonly rotation: LogRotation;
  private readonly pauses = new Map<App, RestartPauses>(APPS.map((app) => [app, new RestartPauses()]));

  constructor(
    private readonly config: Config,
    private readonly dataDir: string,
    private readonly mode: RunMode,
  ) {
    const log = (name: string) => ({ file: join(dataDir, 'logs', `${name}.log`) });
    this.rotation = new LogRotation(
      [...APPS.map(log), log('redis'), { ...log('postgres'), reopen: () => this.servers.postgres?.reopenLog() }],
      { bytes: config.LOG_ROTATE_BYTES, keep: config.LOG_ROTATE_KEEP },
    );
  }

  /**
   * Starts everything and waits until it is ready.
   * @param over aborted when this run ends, also when it could not start
   * @returns what to print
   */
  async start(stop: StopRequest, over: AbortSignal): Promise<string> {
    const given = { database: Boolean(process.env.DATABASE_URL), redis: Boolean(process.env.REDIS_URL) };
    const port = await claimPort(this.config);
    if (given.redis) await requireRedis('REDIS_URL', this.config.REDIS_URL);
    if (this.config.CACHE_REDIS_URL !== undefined) await requireRedis('CACHE_REDIS_URL', this.config.CACHE_REDIS_URL);
    this.rotation.start();
    const built = this.mode.build(AbortSignal.any([stop.signal, over]));
    // Awaited below. The handler avoids an unhandled rejection while the servers start.
    built.catch(() => {});
    this.servers = await startServers(this.dataDir, given, (text) => console.log(text));
    await stop.orElse(built);

    this.origin = originOf(this.config.HOST, port);
    this.env = {
      ...process.env,
      DATA_DIR: this.dataDir,
      PORT: `${port}`,
      // Links in mails lead to this page, unless another address is configured.
      PUBLIC_URL: this.config.PUBLIC_URL ?? this.origin,
      ...(this.servers.postgres && {
        DATABASE_URL: this.servers.postgres.url,
        // That of .env is another database.
        DATABASE_DIRECT_URL: this.servers.postgres.url,
        DATABASE_DIR: join(this.dataDir, 'postgres'),
      }),
      ...(this.servers.redis && { REDIS_URL: this.servers.redis.url }),
    };
    console.log(this.migrate());
    stop.signal.throwIfAborted();
    console.log('Starting the api and the worker …');
    for (const app of APPS) await this.startOne(app);
    await stop.orElse(this.ready());
    return banner(this.origin, this.dataDir, this.config, this.servers);
  }

  /** @returns whether the schema is up to date, or what was applied. @throws Refusal */
  migrate(): string {
    return migrateDatabase(this.mode.programs.migrate, this.env);
  }

  /**
   * Restarts these apps with the current build, and starts apps that have ended. Returns when all are ready.
   * @throws Refusal
   */
  async restart(changed: readonly App[]): Promise<void> {
    const down = (app: App) => !this.apps.has(app) || this.apps.get(app)?.ending !== null;
    const apps = APPS.filter((app) => changed.includes(app) || down(app));
    this.isReady = false;
    const restarted = Promise.all(apps.map((app) => this.restartOne(app)));
    this.restarting = restarted.catch(() => {});
    await restarted;
    if (!this.stopping) await this.ready();
  }

  /** Rejects when a server ends unexpectedly: it may have lost its disk or its memory, so it is not started again. */
  ends(): Promise<never> {
    const servers = (['postgres', 'redis'] as const).map(async (name): Promise<never> => {
      const ending = await (this.servers[name]?.ended ?? new Promise<never>(() => {}));
      const log = join(this.dataDir, 'logs', `${name}.log`);
      throw new Refusal(
        `${name} ended unexpectedly (${describeEnding(ending)}), so everything is stopped; its log: ${log}. Start again with "${this.mode.command}".`,
      );
    });
    return Promise.race(servers);
  }

  /** Stops the apps first, so that they can finish their work while the servers still run. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.restarting;
    await Promise.all([...this.apps.values()].map((app) => app.stop()));
    await Promise.all([this.servers.redis?.stop(), this.servers.postgres?.stop()]);
    this.rotation.stop();
  }

  /** Kills everything. PostgreSQL and Redis recover at the next start. */
  async kill(): Promise<void> {
    this.stopping = true;
    for (const app of this.apps.values()) app.kill('SIGKILL');
    await Promise.all([this.servers.redis?.stop('SIGKILL'), this.servers.postgres?.stop('immediate')]);
  }

  private async restartOne(app: App): Promise<void> {
    const old = this.apps.get(app);
    this.apps.delete(app);
    await old?.stop();
    if (!this.stopping) await this.startOne(app);
  }

  private async startOne(app: App): Promise<void> {
    const running = await startApp(app, this.mode.programs, this.env, this.config, this.dataDir);
    const startedAt = Date.now();
    this.apps.set(app, running);
    void running.ended.then(() => {
      // An app that is being restarted is not in the list. If an app ends before everything was ready once, `ready` reports it.
      if (this.stopping || this.apps.get(app) !== running || !this.isReady) return;
      const { message } = endedUnexpectedly(running);
      if (this.mode.onAppEnd === 'report') console.log(`${message}\nThe app is restarted after the next change.`);
      else void this.startAgain(app, running, message, this.pauses.get(app)!.after(Date.now() - startedAt));
    });
  }

  private async startAgain(app: App, ended: RunningApp, message: string, seconds: number): Promise<void> {
    console.log(`${message}\nThe ${app} is started again in ${seconds} s.`);
    await sleep(seconds * 1000, undefined, { ref: false });
    if (this.stopping || this.apps.get(app) !== ended) return;
    const started = this.startOne(app);
    this.restarting = started.catch((error) =>
      console.log(`The ${app} cannot be started: ${(error as Error).message}`),
    );
    await this.restarting;
  }

  private async ready(): Promise<void> {
    await untilReady(this.origin, [...this.apps.values()]);
    this.isReady = true;
  }
}

/** Runs until a signal or a failure, then stops everything that was started, and exits. */
export function runLocally(mode: RunMode): Promise<never> {
  return runScript(async () => {
    process.chdir(root);
    let run: LocalRun | undefined;
    const stop = new StopRequest(() => void Promise.resolve(run?.kill()).finally(() => process.exit(130)));
    const config = configuration();
    const dataDir = resolve(config.DATA_DIR);
    const release = claimDataDir(dataDir, mode.command);
    run = new LocalRun(config, dataDir, mode);
    const over = new AbortController();
    try {
      console.log(await run.start(stop, over.signal));
      await stop.orElse(mode.supervise(run));
    } catch (error) {
      if (!(error instanceof StopRequested)) throw error;
      console.log('\nStopping …');
    } finally {
      over.abort();
      await mode.close?.();
      await run.stop();
      release();
    }
    console.log(`Stopped. The data stays in ${config.DATA_DIR}.`);
    return 0;
  });
}
