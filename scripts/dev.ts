import 'reflect-metadata';
import { WatchBuild } from './dev/watch-build.js';
import { Refusal } from './processes/refusal.js';
import { type LocalRun, runLocally } from './start/local-run.js';

const builds = new WatchBuild(console.log);

/** Restarts the apps that were compiled again. An error is printed, and the next change is another try. */
async function restartOnChange(run: LocalRun): Promise<never> {
  console.log('\nWatching apps/ and libs/: each change is compiled, and the apps that use it are restarted.');
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

/** `npm run dev`: like `npm start`, but both apps are compiled again after each change. */
await runLocally({
  command: 'npm run dev',
  programs: builds.programs,
  build: (signal) => builds.start(signal),
  onAppEnd: 'report',
  supervise: (run) => Promise.race([run.ends(), builds.compilerEnds(), restartOnChange(run)]),
  close: () => builds.stop(),
});
