import { CsvTasks } from '@csv-tasks/client';
import type { Argv, CommandModule } from 'yargs';
import { credentials } from './credentials.js';
import { EXIT, type ExitCode } from './exit-codes.js';

/** What all commands take. */
export interface Common {
  json: boolean;
}

interface Command<Options> {
  command: string;
  describe: string;
  builder: (yargs: Argv<Common>) => Argv<Options>;
  /** The exit code; nothing stands for 0. */
  run: (options: Options) => Promise<ExitCode | undefined>;
}

/** A command for yargs, whose exit code becomes the one of the process. */
export const defineCommand = <Options>({ command, describe, builder, run }: Command<Options>): CommandModule => ({
  command,
  describe,
  builder: builder as unknown as CommandModule['builder'],
  handler: async (options) => {
    process.exitCode = (await run(options as Options)) ?? EXIT.done;
  },
});

/** A client of the user who logged in. */
export const loggedIn = (): CsvTasks => new CsvTasks(credentials());

/** The upload that a command is about: its id, or `last` for the newest one. */
export const uploadArgument = <T>(yargs: Argv<T>) =>
  yargs.positional('upload', {
    describe: 'Id of an upload; `last` is the newest one',
    type: 'string',
    demandOption: true,
  });

/** @throws ProblemError when there is no upload */
export async function uploadId(client: CsvTasks, given: string): Promise<string> {
  if (given !== 'last') return given;
  const list = await client.call(
    client.api.GET('/api/v1/csv-data/uploads/', { params: { query: { page_size: 1, nocache: true } } }),
  );
  const newest = list.results[0];
  if (!newest) throw new Error('You have no uploads.');
  return newest.id;
}
