import { ConfigError, loadConfigFromProcess, VERSION } from '@app/config';
import { IncompatibleDatabase, requireCompatibleDatabase } from '@app/database';
import { Problem } from '@app/problems';
import { NestFactory } from '@nestjs/core';
import yargs from 'yargs';
import { AdminModule } from './admin.module.js';
import { createUser, resetPassword, revokeSessions, setQuota } from './commands/accounts.js';
import type { Runner } from './commands/command.js';
import { deadJobs, retryJobs } from './commands/jobs.js';
import { status } from './commands/status.js';
import { cancelUpload, expireUploads, sweepOrphans } from './commands/uploads.js';
import { EXIT, type Outcome, UsageError } from './outcome.js';
import { StderrLogger } from './stderr-logger.js';

const COMMANDS = [
  status,
  createUser,
  resetPassword,
  revokeSessions,
  setQuota,
  deadJobs,
  retryJobs,
  cancelUpload,
  expireUploads,
  sweepOrphans,
];

/** Where a command prints. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/**
 * Runs one command with the service of the environment.
 * @param args without node and the program
 * @returns the exit code; an error that the operator can do something about is told in a sentence
 * @throws any other error
 */
export async function runAdmin(args: string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.done;
  const run: Runner = async (json, work) => {
    const { text, json: facts, exitCode: code = EXIT.done } = await withService(work);
    terminal.out(json ? JSON.stringify(facts) : text);
    exitCode = code;
  };
  const cli = yargs(args)
    .scriptName('admin')
    .usage(
      '$0 <command>\n\nWhat the operator of the service can do. DATABASE_URL, REDIS_URL and DATA_DIR say which service.',
    )
    .option('json', { describe: 'Print JSON, for scripts', type: 'boolean', default: false, global: true })
    .command(COMMANDS.map((command) => command(run)) as never)
    .demandCommand(1, 'Which command? --help lists them.')
    .strict()
    .recommendCommands()
    .detectLocale(false)
    .version(VERSION)
    .epilogue(
      `Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.unwell} not well (status).`,
    )
    .wrap(Math.min(120, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  try {
    await cli.parseAsync();
    return exitCode;
  } catch (error) {
    const sentence = explained(error as Error);
    if (sentence === null) throw error;
    terminal.err(sentence);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

async function withService(work: Parameters<Runner>[1]): Promise<Outcome> {
  const config = loadConfigFromProcess();
  await requireCompatibleDatabase(config);
  const app = await NestFactory.createApplicationContext(AdminModule.forRoot(config), {
    abortOnError: false,
    logger: new StderrLogger(),
  });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** Null for an error that only a developer understands. */
function explained(error: NodeJS.ErrnoException): string | null {
  if (error instanceof Problem) {
    const fields = (error.errors ?? []).map(({ pointer, detail }) => `${pointer.replace('#/', '')} ${detail}`);
    return fields.length > 0 ? fields.join('\n') : error.detail;
  }
  const known =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof IncompatibleDatabase ||
    // Of yargs, about the arguments.
    error.name === 'YError' ||
    error.syscall !== undefined;
  return known ? error.message : null;
}
