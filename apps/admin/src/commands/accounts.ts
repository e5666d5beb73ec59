import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { UploadsAdmin } from '@app/csv/admin';
import { AccountsAdmin } from '@app/users/admin';
import { bytesText, UsageError } from '../outcome.js';
import { adminCommand } from './command.js';

const email = { describe: 'E-mail address of the account', type: 'string', demandOption: true } as const;
const passwordStdin = {
  describe: 'Read the password from standard input; otherwise one is made and printed',
  type: 'boolean',
  default: false,
} as const;

interface Chosen {
  password: string;
  /** Told to the operator, since nobody else knows it. */
  told: { password?: string };
}

/** 120 random bits, in characters that need no quotes. */
async function choosePassword(fromStdin: boolean): Promise<Chosen> {
  if (fromStdin) return { password: (await text(process.stdin)).replace(/\r?\n$/, ''), told: {} };
  const password = randomBytes(15).toString('base64url');
  return { password, told: { password } };
}

const passwordLine = ({ password }: Chosen['told']) => (password === undefined ? '' : `\nIts password: ${password}`);

export const createUser = adminCommand({
  command: 'create-user <email>',
  describe: 'Create an account, with a welcome mail',
  options: {
    email,
    name: { describe: 'Name for the greeting in mails', type: 'string' },
    'password-stdin': passwordStdin,
  },
  async run(services, args) {
    const { password, told } = await choosePassword(args['password-stdin']);
    const wanted = { email: args.email, password, ...(args.name !== undefined && { full_name: args.name }) };
    const user = await services.get(AccountsAdmin).create(wanted);
    return {
      text: `Created the account ${user.email} (${user.id}).${passwordLine(told)}`,
      json: { id: user.id, email: user.email, ...told },
    };
  },
});

export const resetPassword = adminCommand({
  command: 'reset-password <email>',
  describe: 'Give an account another password, end its sessions and mail its owner',
  options: { email, 'password-stdin': passwordStdin },
  async run(services, args) {
    const { password, told } = await choosePassword(args['password-stdin']);
    const user = await services.get(AccountsAdmin).resetPassword(args.email, password);
    return {
      text: `The password of ${user.email} is changed, and all its sessions have ended.${passwordLine(told)}`,
      json: { id: user.id, email: user.email, ...told },
    };
  },
});

export const revokeSessions = adminCommand({
  command: 'revoke-sessions <email>',
  describe: 'End all sessions of an account',
  options: { email },
  async run(services, args) {
    const user = await services.get(AccountsAdmin).revokeSessions(args.email);
    return { text: `All sessions of ${user.email} have ended.`, json: { id: user.id, email: user.email } };
  },
});

export const setQuota = adminCommand({
  command: 'set-quota <email> <bytes>',
  describe: 'Limit what the files of one user have together: bytes, 0 for no limit, "default" for USER_QUOTA_BYTES',
  options: { email, bytes: { describe: 'A number, or "default"', type: 'string', demandOption: true } },
  async run(services, args) {
    if (!/^(default|\d{1,15})$/.test(args.bytes)) {
      throw new UsageError('A quota is a whole number of bytes, or the word "default".');
    }
    const bytes = args.bytes === 'default' ? null : Number(args.bytes);
    const user = await services.get(AccountsAdmin).get(args.email);
    await services.get(UploadsAdmin).setQuota(user.id, bytes);
    const limit = bytes === null ? 'the limit of USER_QUOTA_BYTES' : bytes === 0 ? 'no limit' : bytesText(bytes);
    return { text: `The files of ${user.email} have ${limit}.`, json: { id: user.id, email: user.email, bytes } };
  },
});
