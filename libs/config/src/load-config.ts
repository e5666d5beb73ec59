import { type Config, configSchema } from './schema.js';

/** Thrown at boot. Its message names every faulty variable and the rule it breaks, and never a value: it may be a password. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly { variable: string; rule: string }[]) {
    super(`The configuration is faulty:\n${faults.map(({ variable, rule }) => `  ${variable} ${rule}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * The configuration in `environment`, defaults filled in, frozen.
 * @throws ConfigError that tells all faults together.
 */
export function loadConfig(environment: Record<string, string | undefined>): Config {
  const result = configSchema.safeParse(environment);
  if (result.success) return Object.freeze(result.data);
  throw new ConfigError(result.error.issues.map((issue) => ({ variable: String(issue.path[0]), rule: issue.message })));
}

/** Reads `.env` from the working directory if it is there; what is already set in the environment wins. */
export function loadConfigFromProcess(): Config {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return loadConfig(process.env);
}
