import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstDifference } from './generate/first-difference.js';
import { generatedFiles } from './generate/generated.js';
import { runScript } from './processes/refusal.js';
import { root } from './root.js';

// `npm run generate` writes the generated files. With --check it only lists stale files, and fails if there are any.
await runScript(async () => {
  const checking = process.argv.includes('--check');
  let stale = 0;
  for (const [path, contents] of Object.entries(await generatedFiles(console.log))) {
    const file = join(root, path);
    const difference = firstDifference(existsSync(file) ? readFileSync(file, 'utf8') : undefined, contents);
    if (difference === undefined) continue;
    stale += 1;
    if (checking) {
      console.log(`${path} is stale; run "npm run generate" and commit it.\n${difference}`);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
      console.log(`Wrote ${path}`);
    }
  }
  if (stale === 0) console.log('Generated files are up to date.');
  return checking && stale > 0 ? 1 : 0;
});
