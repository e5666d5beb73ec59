import { runChecks } from './check/checks.js';
import { runScript } from './processes/refusal.js';

await runScript(async () => {
  const results = await runChecks();
  return results.every(({ passed }) => passed) ? 0 : 1;
});
