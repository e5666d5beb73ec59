import { text as readAll } from 'node:stream/consumers';
import { isCancel, password as passwordPrompt, text as textPrompt } from '@clack/prompts';
import { CsvTasks } from '@csv-tasks/client';
import type { Argv } from 'yargs';
import type { Common } from './command.js';
import { credentialsFile, DEFAULT_URL, storeCredentials } from './credentials.js';
import { UsageError } from './exit-codes.js';
import { printJson, tell } from './output.js';

/** What `register` and `login` take. */
export const accountOptions = (yargs: Argv<Common>) =>
  yargs
    .option('url', {
      describe: 'Address of the service',
      type: 'string',
      default: process.env.CSV_TASKS_URL ?? DEFAULT_URL,
      coerce: addressOf,
    })
    .option('email', { describe: 'Address of the account; asked for by default', type: 'string' })
    .option('password-stdin', { describe: 'Read the password from standard input', type: 'boolean', default: false });

/** @throws UsageError for `localhost:3000`, of which the part before the colon is a scheme to `fetch` */
function addressOf(given: string): string {
  if (/^https?:\/\//i.test(given)) return given;
  throw new UsageError(`--url takes an address such as ${DEFAULT_URL}, not ${given}`);
}

/** Prompts go to stderr, as standard output is for results. */
const output = process.stderr;

/** @param given on the command line @throws UsageError */
export const emailOf = async (given: string | undefined): Promise<string> =>
  given ?? asked(() => textPrompt({ message: 'E-mail', output }), '--email');

/**
 * The password from standard input, or as somebody types it. A new one is typed twice, because nobody sees what is typed.
 * @throws UsageError
 */
export async function passwordOf(fromStdin: boolean, which: 'new' | 'known'): Promise<string> {
  if (fromStdin) return (await readAll(process.stdin)).replace(/\r?\n$/, '');
  const ask = (message: string) => asked(() => passwordPrompt({ message, output }), '--password-stdin');
  if (which === 'known') return ask('Password');
  const typed = await ask('Password, 8 to 128 characters that are hard to guess');
  if ((await ask('The same password again')) !== typed) throw new UsageError('The two passwords differ.');
  return typed;
}

/** What somebody types, if there is a terminal to ask at; it may be nothing. */
export async function offered(message: string): Promise<string> {
  if (!process.stdin.isTTY) return '';
  const answer = await textPrompt({ message, output });
  if (isCancel(answer)) throw new UsageError('Nothing was done.');
  return answer ?? '';
}

/** What somebody types. @throws UsageError when there is no terminal to ask at, or nothing was typed */
async function asked(prompt: () => Promise<string | symbol | undefined>, instead: string): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError(`There is no terminal to ask at: give ${instead}.`);
  const answer = await prompt();
  if (isCancel(answer) || !answer) throw new UsageError('Nothing was done.');
  return String(answer);
}

interface NewSession {
  url: string;
  email: string;
  password: string;
  json: boolean;
  /** The beginning of the sentence that tells it. */
  told: string;
}

/** Logs in, and keeps the token. @throws ProblemError */
export async function beginSession({ url, email, password, json, told }: NewSession): Promise<void> {
  const { token, expires_at } = await new CsvTasks({ url }).login(email, password);
  storeCredentials({ url, email, token, expires_at });
  if (json) printJson({ url, email, expires_at });
  else tell(`${told} at ${url} until ${expires_at}. The token is in ${credentialsFile()}.`);
}
