#!/usr/bin/env node
// Runs a script: node scripts/run.mjs <name> [arguments], where <name> is scripts/<name>.ts or a path such as
// bench/http/run.ts. It works before any package is installed, and installs missing packages.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeComplaint, packagesAreStale } from './install/packages.js';
import { slowStep } from './install/slow-step.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...args] = process.argv.slice(2);

const refuse = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const textOf = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);

/** Runs npm to its end. @returns its exit code, or the error for which it could not be started */
const npm = (args, stdio) =>
  new Promise((resolve) => {
    // npm gives its scripts its own path, because npm may not be on the PATH.
    const [command, before] = /npm-cli\.js$/.test(process.env.npm_execpath ?? '')
      ? [process.execPath, [process.env.npm_execpath]]
      : ['npm', []];
    const child = spawn(command, [...before, ...args], { cwd: root, stdio });
    child.once('error', (error) => resolve({ error }));
    child.once('close', (status) => resolve({ status }));
  });

async function install() {
  const options = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  if ((await npm(['ci', ...options], 'ignore')).status === 0) return;
  // `npm ci` refuses a lock file without the packages of this platform; `npm install` adds them.
  const { status, error } = await npm(['install', ...options], 'inherit');
  if (error) refuse('npm is needed to install packages, and it was not found.');
  if (status !== 0) refuse('The packages could not be installed; the errors of npm are above.');
}

const complaint = nodeComplaint(process.versions.node);
if (complaint) refuse(complaint);
const script = name && join(root, name.endsWith('.ts') ? name : `scripts/${name}.ts`);
if (!script || !existsSync(script))
  refuse('Usage: node scripts/run.mjs <script> [arguments], where scripts/<script>.ts exists.');
if (packagesAreStale(textOf('package-lock.json'), textOf('node_modules/.package-lock.json')))
  await slowStep('Installing packages, once (usually one to two minutes)', install, console.log);

const child = spawn(
  process.execPath,
  ['--import', '@swc-node/register/esm-register', script, ...args],
  // No message is sent on this channel. It closes when this process ends, even by kill -9, so the script notices.
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
// npm forwards signals to this process (its scripts use "exec", so no shell is in between). A killed npm forwards nothing.
const parent = process.ppid;
const watch = setInterval(() => {
  if (!process.env.npm_lifecycle_event || process.ppid === parent) return;
  clearInterval(watch);
  child.kill('SIGTERM');
}, 1_000);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
