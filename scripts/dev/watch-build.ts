import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../build/build.js';
import { describeEnding } from '../processes/app-process.js';
import { type OwnProcess, startProcess } from '../processes/own-process.js';
import { Refusal } from '../processes/refusal.js';
import { root } from '../root.js';
import type { Programs } from '../start/services.js';

const APPS = ['api', 'worker'] as const satisfies readonly App[];
/** Not `dist/apps`, because `npm start` and the tests build and check that folder. */
const folder = join(root, 'dist', 'dev');

/** Lines with which TypeScript reports the start and the end of a compilation in watch mode. */
const BEGINS = /Starting (incremental )?compilation/;
const ENDS = /Found (\d+) errors?\. Watching for file changes/;
/** TypeScript collects changes for 250 ms; after that both compilers have noticed a change in a library. */
const SETTLE_MS = 400;

/** The reports of the compilers that decide whether apps are restarted. */
export class CompilerReports {
  private readonly busy = new Set<App>();
  private readonly diagnostics = new Map<App, string[]>();
  private readonly failed = new Set<App>();
  private readonly fresh = new Set<App>();

  /** @param line from the output of the compiler of `app`. @returns whether the line ends a compilation. */
  read(app: App, line: string): boolean {
    if (BEGINS.test(line)) {
      this.busy.add(app);
      this.failed.delete(app);
      this.diagnostics.set(app, []);
      return false;
    }
    const errors = ENDS.exec(line)?.[1];
    if (errors === undefined) {
      this.diagnostics.get(app)?.push(line);
      return false;
    }
    this.busy.delete(app);
    if (errors === '0') this.fresh.add(app);
    else this.failed.add(app);
    return true;
  }

  get isBusy(): boolean {
    return this.busy.size > 0;
  }

  /** The apps to restart. Empty while any app does not compile, because both apps share libraries. */
  takeFresh(): App[] {
    if (this.failed.size > 0) return [];
    const apps = APPS.filter((app) => this.fresh.has(app));
    this.fresh.clear();
    return apps;
  }

  /** The compile errors of all apps. An error that both apps report is listed once. */
  errors(): string {
    const texts = [...this.failed].map((app) => (this.diagnostics.get(app) ?? []).join('\n').trim());
    return [...new Set(texts)].join('\n');
  }
}

/** Both apps, compiled by `nest build --watch`, and the page, built by vite, into a folder of their own. */
export class WatchBuild {
  readonly programs: Programs = {
    entryOf: (app) => join(folder, app, 'apps', app, 'src', 'main.js'),
    migrate: join(folder, 'api', 'libs', 'database', 'src', 'migrate.js'),
  };
  private readonly compilers: { app: App | 'page'; process: OwnProcess }[] = [];
  private readonly reports = new CompilerReports();
  private wake = () => {};
  private ended = this.nextEnd();

  constructor(private readonly print: (text: string) => void) {}

  /** Starts the compilers and returns when both apps have compiled. With compile errors, it waits until they are corrected. */
  async start(signal: AbortSignal): Promise<void> {
    this.print('Compiling …');
    for (const app of APPS) {
      signal.throwIfAborted();
      this.compilers.push({ app, process: await this.startCompiler(app) });
    }
    this.compilers.push({ app: 'page', process: await this.startPage() });
    const missing = new Set<App>(APPS);
    while (missing.size > 0) {
      const apps = await Promise.race([this.next(), this.compilerEnds()]);
      for (const app of apps) missing.delete(app);
    }
  }

  /** Waits until no compiler runs, and returns the apps that were compiled again. Prints compile errors and then returns no app. */
  async next(): Promise<App[]> {
    for (;;) {
      await this.ended;
      this.ended = this.nextEnd();
      await sleep(SETTLE_MS);
      if (this.reports.isBusy) continue;
      const apps = this.reports.takeFresh();
      if (apps.length > 0) return apps;
      const errors = this.reports.errors();
      if (errors) this.print(`${errors}\nNothing is restarted until this compiles.`);
    }
  }

  /** Rejects when a compiler ends unexpectedly. */
  compilerEnds(): Promise<never> {
    return Promise.race(
      this.compilers.map(async ({ app, process }): Promise<never> => {
        const ending = await process.ended;
        throw new Refusal(`The compiler of the ${app} ended unexpectedly (${describeEnding(ending)}).`);
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.compilers.map(({ process }) => process.stop()));
  }

  private nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** Nothing is restarted for the page: the api reads its files anew for each request, so a reload shows a change. */
  private async startPage(): Promise<OwnProcess> {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const target = join(folder, 'web');
    const compiler = await startProcess({
      command: process.execPath,
      args: [vite, 'build', 'apps/web', '--watch', '--outDir', target, '--logLevel', 'warn'],
      cwd: root,
      graceMs: 2_000,
    });
    for (const input of [compiler.output!.stdout, compiler.output!.stderr]) {
      createInterface({ input }).on('line', (line) => this.print(`page: ${line}`));
    }
    return compiler;
  }

  private async startCompiler(app: App): Promise<OwnProcess> {
    const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    const options = ['--watch', '--watchAssets', '--preserveWatchOutput', '--path', writeTsconfig(app)];
    const compiler = await startProcess({
      command: process.execPath,
      args: [nest, 'build', app, ...options],
      cwd: root,
      graceMs: 2_000,
    });
    for (const input of [compiler.output!.stdout, compiler.output!.stderr]) {
      createInterface({ input }).on('line', (line) => {
        if (this.reports.read(app, line)) this.wake();
      });
    }
    return compiler;
  }
}

/** Writes the settings of the app with another output folder. @returns the path of the file, relative to the project. */
function writeTsconfig(app: App): string {
  mkdirSync(folder, { recursive: true });
  const settings = {
    extends: `../../apps/${app}/tsconfig.app.json`,
    compilerOptions: { outDir: `./${app}`, tsBuildInfoFile: `./${app}/.tsbuildinfo` },
  };
  const name = `tsconfig.${app}.json`;
  writeFileSync(join(folder, name), JSON.stringify(settings));
  return join('dist', 'dev', name);
}
