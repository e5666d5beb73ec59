import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { UsageError } from './exit-codes.js';
import { programName } from './program-name.js';

export interface Credentials {
  url: string;
  token: string;
}

interface Stored extends Credentials {
  email: string;
  expires_at: string;
}

export const DEFAULT_URL = 'http://localhost:3000';

/** In the user's folder for settings: `~/.config/csv-tasks` on Linux. */
export const credentialsFile = (): string => join(envPaths('csv-tasks', { suffix: '' }).config, 'credentials.json');

/** Only the user may read the file, also where an earlier one could be read by others. */
export function storeCredentials(stored: Stored): void {
  const file = credentialsFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** Deletes what `login` has stored. */
export function forgetCredentials(): void {
  rmSync(credentialsFile(), { force: true });
}

function storedCredentials(): Stored | undefined {
  try {
    return JSON.parse(readFileSync(credentialsFile(), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Where the service is and the token for it: from CSV_TASKS_URL and CSV_TASKS_TOKEN, else from the last login.
 * @throws UsageError without a token
 */
export function credentials(): Credentials {
  const stored = storedCredentials();
  const token = process.env.CSV_TASKS_TOKEN ?? stored?.token;
  if (token === undefined)
    throw new UsageError(`Log in first: ${programName()} login; or make an account: ${programName()} register`);
  return { url: process.env.CSV_TASKS_URL ?? stored?.url ?? DEFAULT_URL, token };
}
