import { type Config, configSchema } from './schema.js';

/** Thrown at start. The message names each invalid variable and the rule it breaks. It contains no value, which may be a password. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly { variable: string; rule: string }[]) {
    super(`The configuration is invalid:\n${faults.map(({ variable, rule }) => `  ${variable} ${rule}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the configuration from `environment` and fills in defaults. The result is frozen.
 * @throws ConfigError that lists all faults.
 */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const result = configSchema.safeParse(environment);
  if (result.success) return Object.freeze(result.data);
  throw new ConfigError(result.error.issues.map((issue) => ({ variable: String(issue.path[0]), rule: issue.message })));
}

/** Reads the environment, and `.env` in the working directory if there is one. The environment wins. */
export function loadConfigFromProcess(): Config {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return loadConfig(process.env);
}
