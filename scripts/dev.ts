import 'reflect-metadata';
import { WatchBuild } from './dev/watch-build.js';
import { Refusal } from './processes/refusal.js';
import { type LocalRun, runLocally } from './start/local-run.js';

const builds = new WatchBuild(console.log);

/** Restarts what was compiled anew. What goes wrong is printed, and the next change tries again. */
async function restartOnChange(run: LocalRun): Promise<never> {
  console.log('\nWatching apps/ and libs/: a change is compiled, and the apps that use it restart.');
  for (;;) {
    const apps = await builds.next();
    try {
      console.log(run.migrate());
      await run.restart(apps);
      console.log(`Restarted: ${apps.join(', ')}.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      console.log(error.message);
    }
  }
}

/** `npm run dev`: as `npm start`, with both apps compiled again at each change. */
await runLocally({
  command: 'npm run dev',
  programs: builds.programs,
  build: (signal) => builds.start(signal),
  onAppEnd: 'report',
  supervise: (run) => Promise.race([run.ends(), builds.compilerEnds(), restartOnChange(run)]),
  close: () => builds.stop(),
});
