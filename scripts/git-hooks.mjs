// `npm install` runs this (prepare): it sets git's hooks folder to .githooks. It does nothing without git, without a checkout
// (a tarball, an image build), and when the user has other hooks. It never makes an install fail.
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

/** The hooks folder in git's configuration; empty when it is not set. */
function configured() {
  try {
    return git('config', 'core.hooksPath');
  } catch {
    return '';
  }
}
