import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot, ownerOf } from '../processes/process-facts.js';
import { Refusal } from '../processes/refusal.js';

interface UnixUser {
  uid: number;
  gid: number;
}

/** Command, arguments and options that run a program of PostgreSQL, for spawn. */
interface Command {
  command: string;
  args: string[];
  user?: UnixUser;
}

/** The account that PostgreSQL and PgBouncer run as. */
export interface PostgresAccount {
  run(program: string, args: string[]): Command;
  /** Makes this account the owner of a file or folder, and removes the access of all others. */
  own(path: string): void;
  /** Makes this account the owner of a folder and of all that is in it, with the access that it has. */
  ownTree(folder: string): void;
}

const close = (path: string) => chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);

const ourselves: PostgresAccount = {
  run: (command, args) => ({ command, args }),
  own: close,
  ownTree: () => {},
};

/**
 * PostgreSQL refuses to run as root, so root runs it as an account that exists: the owner of the data, else `postgres`, else
 * `nobody`. No account is created, and no permission of a folder above the data is changed.
 *
 * That account cannot read a checkout below a closed folder (/root, in nearly every container). Then setpriv (util-linux) lets it
 * keep one capability of root: to ignore file permissions. PostgreSQL checks its own program with access(2), which respects
 * that capability only with no_setuid_fixup.
 * @throws Refusal when neither way works.
 */
export function postgresAccount(program: string, dataDirectory: string, env = process.env): PostgresAccount {
  if (!isRoot()) return ourselves;
  const user = accountOf(ownerOf(dataDirectory)) ?? accountOf('postgres') ?? accountOf('nobody');
  if (!user) throw new Refusal('PostgreSQL must not run as root, and there is no account "postgres" or "nobody" here.');

  const own = (path: string) => {
    chownSync(path, user.uid, user.gid);
    close(path);
  };
  const ownTree = (folder: string) => {
    for (const path of ['', ...(readdirSync(folder, { recursive: true }) as string[])]) {
      lchownSync(join(folder, path), user.uid, user.gid);
    }
  };
  own(dataDirectory);
  const plain: PostgresAccount = { own, ownTree, run: (command, args) => ({ command, args, user }) };
  const passing: PostgresAccount = { own, ownTree, run: (...command) => withFilePower(user, ...command) };
  const found = [plain, passing].find((account) => reaches(account, program, dataDirectory, env));
  if (found) return found;
  throw new Refusal(
    `PostgreSQL must not run as root, and no unprivileged account can read ${program} and ${dataDirectory}: move the project to a folder that every user may read, or start it as another user.`,
  );
}

const withFilePower = ({ uid, gid }: UnixUser, program: string, args: string[]): Command => ({
  command: 'setpriv',
  args: [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--bounding-set=-all,+dac_override',
    '--securebits=+no_setuid_fixup',
    program,
    ...args,
  ],
});

const reaches = (account: PostgresAccount, program: string, folder: string, env: NodeJS.ProcessEnv): boolean =>
  [account.run(program, ['--version']), account.run('ls', [folder])].every(
    ({ command, args, user }) => spawnSync(command, args, { ...user, env, stdio: 'ignore' }).status === 0,
  );

function accountOf(name: string | number | undefined): UnixUser | undefined {
  if (name === undefined || name === 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((option) => {
    const { status, stdout } = spawnSync('id', [option, `${name}`], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : undefined;
  });
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
