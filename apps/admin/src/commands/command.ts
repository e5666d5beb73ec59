import type { INestApplicationContext } from '@nestjs/common';
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import type { Outcome } from '../outcome.js';

/** Gives access to the services; called once for each command. */
export type Services = Pick<INestApplicationContext, 'get'>;

interface Description<O extends Record<string, Options>> {
  /** With its positional arguments, as yargs writes them. */
  command: string;
  describe: string;
  options: O;
  run(services: Services, args: InferredOptionTypes<O>): Promise<Outcome>;
}

/** Runs a command inside the application, which is started for it and closed behind it. */
export type Runner = (json: boolean, work: (services: Services) => Promise<Outcome>) => Promise<void>;

export type AdminCommand = (runner: Runner) => CommandModule;

/** A command of the admin program. A positional argument is an option of the same name. */
export const adminCommand =
  <const O extends Record<string, Options>>({ command, describe, options, run }: Description<O>): AdminCommand =>
  (runner) => ({
    command,
    describe,
    builder: (yargs) => {
      const positional = new Set([...command.matchAll(/[<[](\w+)/g)].map(([, name]) => name!));
      for (const [name, option] of Object.entries(options)) {
        if (positional.has(name)) yargs.positional(name, option as object);
        else yargs.option(name, option);
      }
      return yargs;
    },
    handler: (args) => runner(args.json === true, (services) => run(services, args as never)),
  });
