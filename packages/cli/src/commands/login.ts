import { accountOptions, beginSession, emailOf, passwordOf } from '../account.js';
import { defineCommand, loggedIn } from '../command.js';
import { forgetCredentials } from '../credentials.js';
import { printJson, tell } from '../output.js';

export const login = defineCommand({
  command: 'login',
  describe: 'Log in, and keep the token for the next commands',
  builder: accountOptions,
  run: async ({ url, email, 'password-stdin': fromStdin, json }) => {
    const address = await emailOf(email);
    const password = await passwordOf(fromStdin, 'known');
    await beginSession({ url, email: address, password, json, told: 'You are logged in' });
    return undefined;
  },
});

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
