import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build/build.js';
import { commandsOf, scriptsIn, whyNotRun } from './docs-check/commands.js';
import { documents } from './docs-check/documents.js';
import { prepareStage, runCommands } from './docs-check/session.js';
import { startProcess } from './processes/own-process.js';
import { freePort } from './processes/ports.js';
import { Refusal, runScript } from './processes/refusal.js';
import { waitUntil } from './processes/wait-until.js';
import { root } from './root.js';

const READY_MS = 120_000;

// `npm run docs-check` runs each command in the documents that needs only npm, node and curl, against a service that it starts, and lists the others.
await runScript(async () => {
  await ensureBuilt(console.log);
  const folder = mkdtempSync(join(tmpdir(), 'docs-check-'));
  const faults = documents.flatMap(faultsOfScripts);
  try {
    faults.push(...(await withService(folder, (origin, env) => runAll(origin, folder, env))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const fault of faults) console.log(`FAILED ${fault}`);
  console.log(`${faults.length} faults in the commands of ${documents.length} documents`);
  return faults.length === 0 ? 0 : 1;
});

function textOf(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

/** Scripts that a document names and that package.json does not have. */
function faultsOfScripts(document: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  return scriptsIn(textOf(document))
    .filter((name) => !(name in scripts))
    .map((name) => `${document}: there is no "npm run ${name}"`);
}

async function runAll(origin: string, folder: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const faults: string[] = [];
  for (const document of documents) {
    const judged = commandsOf(textOf(document)).map((command) => ({ command, reason: whyNotRun(command.text) }));
    for (const { command, reason } of judged) {
      const place = `${document}:${command.line}: ${command.text}`;
      if (reason === undefined)
        faults.push(`${place}\n  scripts/docs-check/commands.ts does not say whether it is run`);
      else if (reason !== null) console.log(`not run (${reason}): ${place}`);
    }
    const commands = judged.filter(({ reason }) => reason === null).map(({ command }) => command);
    if (commands.length === 0) continue;
    const own = mkdtempSync(join(folder, 'reader-'));
    const failure = await runCommands(commands, await prepareStage(origin, own), env);
    if (failure === null) console.log(`ok: ${document} (${commands.length} commands)`);
    else faults.push(`${document}:${failure.command.line}: ${failure.command.text}\n${failure.output}`);
  }
  return faults;
}

/** `npm start` with a data folder and a port of its own. */
async function withService<T>(
  folder: string,
  work: (origin: string, env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const { PATH, HOME } = process.env;
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const env = { PATH, HOME, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: `${await freePort()}`, RATE_LIMIT: 'off' };
  const logFile = join(folder, 'start.log');
  const service = await startProcess({
    command: process.execPath,
    args: [join(root, 'scripts', 'run.mjs'), 'start'],
    env,
    logFile,
    graceMs: 60_000,
  });
  try {
    const origin = `http://127.0.0.1:${env.PORT}`;
    await waitUntil(() => readFileSync(logFile, 'utf8').includes('Ctrl-C stops everything') || service.ending, {
      timeoutMs: READY_MS,
      onTimeout: () => new Refusal(`The service did not start:\n${readFileSync(logFile, 'utf8')}`),
    });
    if (service.ending) throw new Refusal(`The service did not start:\n${readFileSync(logFile, 'utf8')}`);
    return await work(origin, env);
  } finally {
    await service.stop();
  }
}
