import { CsvTasks } from '@csv-tasks/client';
import { accountOptions, beginSession, emailOf, offered, passwordOf } from '../account.js';
import { defineCommand } from '../command.js';

export const register = defineCommand({
  command: 'register',
  describe: 'Make an account, log in, and keep the token for the next commands',
  builder: (yargs) =>
    accountOptions(yargs).option('full-name', {
      describe: 'Your name, for mails; asked for by default, and may stay empty',
      type: 'string',
    }),
  run: async ({ url, email, 'full-name': name, 'password-stdin': fromStdin, json }) => {
    const address = await emailOf(email);
    const full_name = name ?? (await offered('Your name, for mails (may stay empty)'));
    const password = await passwordOf(fromStdin, 'new');
    const client = new CsvTasks({ url });
    const body = { email: address, password, full_name: full_name || null };
    await client.call(client.api.POST('/api/v1/auth/user/register/', { body }));
    await beginSession({ url, email: address, password, json, told: 'You are registered, and logged in' });
    return undefined;
  },
});
