// Run by `npm install` (prepare): points git to the hooks in .githooks. Where there is no git, no checkout (a tarball, an image
// build) or hooks of the user's own, it does nothing; it never fails an install.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const git = (...args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

try {
  const current = existsSync(join(root, '.git')) ? configured() : 'no checkout';
  if (current === '') git('config', '--local', 'core.hooksPath', '.githooks');
} catch {}

/** Where git looks for hooks by configuration; empty when nobody said. */
function configured() {
  try {
    return git('config', 'core.hooksPath');
  } catch {
    return '';
  }
}
