#!/usr/bin/env node
// The way into every script: node scripts/run.mjs <name> [arguments]. Needs nothing installed; installs what is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeComplaint, packagesAreStale } from './install/packages.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...args] = process.argv.slice(2);

const refuse = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const textOf = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);

const npm = (...npmArgs) =>
  // npm tells its scripts where it is itself; a shell's PATH need not have it.
  process.env.npm_execpath?.endsWith('.js')
    ? spawnSync(process.execPath, [process.env.npm_execpath, ...npmArgs], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', npmArgs, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });

function install() {
  const options = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev'];
  console.log('Installing packages (about a minute, once) …');
  if (npm('ci', ...options).status === 0) return;
  // A lock file written on one platform can lack another's optional packages; `npm ci` refuses it, `npm install` completes it.
  console.log('npm ci could not use the lock file here; trying npm install …');
  if (npm('install', ...options).status !== 0) refuse('The packages could not be installed; npm said why above.');
}

const complaint = nodeComplaint(process.versions.node);
if (complaint) refuse(complaint);
if (!name || !/^[\w-]+$/.test(name) || !existsSync(join(root, 'scripts', `${name}.ts`))) {
  refuse('Usage: node scripts/run.mjs <script> [arguments], where scripts/<script>.ts is there.');
}
if (packagesAreStale(textOf('package-lock.json'), textOf('node_modules/.package-lock.json'))) install();

const child = spawn(
  process.execPath,
  ['--import', '@swc-node/register/esm-register', join(root, 'scripts', `${name}.ts`), ...args],
  // The channel carries nothing: it closes when this process is gone, and so tells the script even of kill -9.
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
