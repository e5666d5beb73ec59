/** The name of the installed program, and the only one that a shell can complete. */
export const INSTALLED = 'csv-tasks';

/** What somebody types before a command: npm says in the environment of a script which script it is. */
export const programName = (env: NodeJS.ProcessEnv = process.env): string =>
  env.npm_lifecycle_event === 'cli' ? 'npm run -s cli --' : INSTALLED;
