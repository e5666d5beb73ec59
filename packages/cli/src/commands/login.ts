import { text as readAll } from 'node:stream/consumers';
import { isCancel, password as passwordPrompt, text as textPrompt } from '@clack/prompts';
import { CsvTasks } from '@csv-tasks/client';
import { defineCommand, loggedIn } from '../command.js';
import { credentialsFile, DEFAULT_URL, forgetCredentials, storeCredentials } from '../credentials.js';
import { UsageError } from '../exit-codes.js';
import { printJson, tell } from '../output.js';

export const login = defineCommand({
  command: 'login',
  describe: 'Log in, and keep the token for the next commands',
  builder: (yargs) =>
    yargs
      .option('url', {
        describe: 'Address of the service',
        type: 'string',
        default: process.env.CSV_TASKS_URL ?? DEFAULT_URL,
      })
      .option('email', { describe: 'Address of the account; asked for by default', type: 'string' })
      .option('password-stdin', { describe: 'Read the password from standard input', type: 'boolean', default: false }),
  run: async ({ url, email, 'password-stdin': fromStdin, json }) => {
    const address = email ?? (await asked(() => textPrompt({ message: 'E-mail', output: process.stderr }), '--email'));
    const secret = fromStdin
      ? (await readAll(process.stdin)).replace(/\r?\n$/, '')
      : await asked(() => passwordPrompt({ message: 'Password', output: process.stderr }), '--password-stdin');
    const { token, expires_at } = await new CsvTasks({ url }).login(address, secret);
    storeCredentials({ url, email: address, token, expires_at });
    if (json) printJson({ url, email: address, expires_at });
    else tell(`You are logged in to ${url} until ${expires_at}. The token is in ${credentialsFile()}.`);
    return undefined;
  },
});

/** What somebody types. @throws UsageError when there is no terminal to ask at, or nothing was typed */
async function asked(prompt: () => Promise<string | symbol>, instead: string): Promise<string> {
  const answer = process.stdin.isTTY ? await prompt() : undefined;
  if (answer === undefined || isCancel(answer))
    throw new UsageError(`There is no terminal to ask at: give ${instead}.`);
  return String(answer);
}

export const logout = defineCommand({
  command: 'logout',
  describe: 'Log out, and forget the token',
  builder: (yargs) => yargs,
  run: async ({ json }) => {
    const client = loggedIn();
    try {
      await client.call(client.api.POST('/api/v1/auth/user/logout/'));
    } finally {
      forgetCredentials();
    }
    if (json) printJson({ detail: 'You are logged out.' });
    else tell('You are logged out.');
    return undefined;
  },
});
