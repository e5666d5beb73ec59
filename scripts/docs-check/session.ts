import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../root.js';
import type { Command } from './commands.js';

/** What the commands of a document find: a service, an account with an upload, and files in the folder that they run in. */
export interface Stage {
  origin: string;
  token: string;
  uploadId: string;
  folder: string;
}

const CSV = 'city,unit_price,amount,price\nParis,12.50,"1.234,56",12.5\nRome,3.20,NA,3\nOslo,40,"7,50",40\n';

/** "Your own file" of the README: four lines above the table, a total below it, and an encoding that is no UTF-8. */
const STATEMENT = Buffer.from(
  'Kontoauszug\nM\u00fcller GmbH\nOktober 2026\n\nTag;Text;Betrag\n01.10.2026;B\u00fccher;12,50\n02.10.2026;Caf\u00e9;3,20\nSumme;;15,70\n',
  'latin1',
);

/** Makes the files that the documents name, and the account and upload that they speak of. */
export async function prepareStage(origin: string, folder: string): Promise<Stage> {
  for (const name of ['prices.csv', 'cities.csv', 'sales.csv']) writeFileSync(join(folder, name), CSV);
  writeFileSync(join(folder, 'statement.csv'), STATEMENT);
  writeFileSync(join(folder, 'big.csv.gz'), gzipSync(CSV));
  const send = async (path: string, body: string, headers: Record<string, string>) => {
    const answer = await fetch(`${origin}/api/v1${path}`, { method: 'POST', body, headers });
    return (await answer.json()) as Record<string, string>;
  };
  const json = { 'content-type': 'application/json' };
  const account = JSON.stringify({ email: 'reader@example.com', password: 'violet-harbour-29-lamps' });
  await send('/auth/user/register/', account, json);
  const { token = '' } = await send('/auth/user/login/', account, json);
  const authorization = `Bearer ${token}`;
  const { id = '' } = await send('/csv-data/uploads/', CSV, { authorization, 'content-type': 'text/csv' });
  await fetch(`${origin}/api/v1/csv-data/uploads/${id}/events/`, { headers: { authorization } }).then((r) => r.text());
  return { origin, token, uploadId: id, folder };
}

/** The commands mean these programs. curl fails on an answer that is an error. */
const FUNCTIONS = `
curl() { command curl --fail-with-body "$@"; }
npm() { command npm --prefix "$PROJECT" "$@"; }
csv-tasks() { npm run -s cli -- "$@"; }
`;

export interface Failure {
  command: Command;
  output: string;
}

/** Runs the commands of one document in one shell, as a reader does. @returns the first that failed, and all that was printed */
export function runCommands(commands: Command[], stage: Stage, env: NodeJS.ProcessEnv): Promise<Failure | null> {
  const { origin, token, uploadId, folder } = stage;
  const lines = commands.map(({ text }, n) => `echo ${n} >&3\n${text.replaceAll('http://localhost:3000', origin)}`);
  const child = spawn('bash', ['-c', ['set -eo pipefail', FUNCTIONS, ...lines].join('\n')], {
    cwd: folder,
    env: {
      ...env,
      PROJECT: root,
      INIT_CWD: folder,
      API: `${origin}/api/v1`,
      TOKEN: token,
      AUTH: `Authorization: Bearer ${token}`,
      ID: uploadId,
      CSV_TASKS_URL: origin,
      CSV_TASKS_TOKEN: token,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let reached = '';
  child.stdout!.on('data', (chunk) => (output += chunk));
  child.stderr!.on('data', (chunk) => (output += chunk));
  child.stdio[3]!.on('data', (chunk) => (reached += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const at = Number(reached.trim().split('\n').at(-1));
      resolve(code === 0 ? null : { command: commands[at]!, output });
    });
  });
}
