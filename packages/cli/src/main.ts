import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { login, logout } from './commands/login.js';
import { preview } from './commands/preview.js';
import { register } from './commands/register.js';
import { exportRows, rows } from './commands/rows.js';
import { taskCommands } from './commands/tasks.js';
import { upload } from './commands/upload.js';
import { columns, rejects, uploads } from './commands/uploads.js';
import { EXIT, UsageError } from './exit-codes.js';
import { explained } from './explained.js';
import { withDashes, withSuggestions } from './flags.js';
import { hideLoneDash } from './lone-dash.js';
import { err, tell } from './output.js';
import { INSTALLED, programName } from './program-name.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));

const cli = yargs(hideBin(process.argv).map(hideLoneDash).map(withDashes))
  .scriptName(process.argv[2] === 'completion' ? INSTALLED : programName())
  .usage('$0 <command>\n\nCSV files and tasks from the command line.')
  .option('json', { describe: 'Print JSON, one object a line', type: 'boolean', default: false, global: true })
  .command([register, login, logout, preview, upload, rows, exportRows, rejects, columns, uploads])
  .command('tasks', 'List, add and complete tasks', (tasks) => tasks.command(taskCommands))
  .completion('completion', 'Print a script that completes commands in bash or zsh')
  .demandCommand(1, `Which command? ${programName()} --help lists them.`)
  .strict()
  .recommendCommands()
  .detectLocale(false)
  .version(version)
  .wrap(Math.min(120, process.stdout.columns ?? 100))
  .exitProcess(false)
  .fail((message, error, usage) => {
    // The typings say Argv, but it is the usage of the command, which knows its flags.
    const { getDescriptions } = usage as unknown as { getDescriptions(): Record<string, string> };
    // yargs throws a YError of its own in place of what a check of an option has thrown.
    throw error && error.name !== 'YError'
      ? error
      : new UsageError(withSuggestions(message, Object.keys(getDescriptions())));
  });

/** A pipe such as `| head` is closed by its reader when that has enough. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? EXIT.done);
});

try {
  await cli.parseAsync();
} catch (error) {
  if (error instanceof UsageError) {
    tell(error.message);
    process.exitCode = EXIT.usage;
  } else {
    tell(`${err.red('failed')} ${explained(error)}`);
    process.exitCode = EXIT.failed;
  }
}
