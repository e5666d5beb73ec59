import { ensureBuilt } from './build/build.js';
import { runScript } from './processes/refusal.js';

await runScript(async () => {
  await ensureBuilt(console.log);
  return 0;
});
