import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { loadConfig } from '../../libs/config/src/index.js';
import { alterRole, sessionSettings } from '../../libs/database/src/server-settings.js';
import { type OwnPgBouncer, startPgBouncer } from '../../scripts/servers/index.js';
import { databaseOf, execute, userOf, withDatabase } from './postgres-admin.js';

/** A PgBouncer of its own in front of the run's PostgreSQL. */
export const startTestPgBouncer = (): Promise<OwnPgBouncer> =>
  startPgBouncer({
    server: inject('superuserUrl'),
    // The name of a socket may have 107 characters.
    folder: mkdtempSync(join(inject('runFolder'), 'run', 'b-')),
    announce: console.log,
    remove: [],
  });

/** The last change of a role: PostgreSQL refuses one that another change of the same role overtakes ("tuple concurrently updated"). */
let changed: Promise<unknown> = Promise.resolve();

/**
 * The environment of an app that reaches its database at `url` instead, a PgBouncer in transaction mode: the role has the settings, and
 * statements have no names, as docs/scaling.md says.
 */
export async function behindPgBouncer(env: Record<string, string>, url: string): Promise<Record<string, string>> {
  const settings = sessionSettings(loadConfig(env));
  const role = `${userOf(env.DATABASE_URL!)} IN DATABASE ${databaseOf(env.DATABASE_URL!)}`;
  const change = () => execute(inject('superuserUrl'), alterRole(role, settings));
  changed = changed.then(change, change);
  await changed;
  return { ...env, DATABASE_URL: url, DATABASE_SETTINGS: 'role', DATABASE_PREPARED_STATEMENTS: 'off' };
}

/**
 * With E2E_THROUGH=pgbouncer, the environment of an app behind the run's PgBouncer. One that reaches PostgreSQL by a way of its own, such as a
 * proxy that a test cuts, stays as it is.
 */
export async function maybeBehindPgBouncer(env: Record<string, string>): Promise<Record<string, string>> {
  const url = inject('pgBouncerUrl');
  const ofTheRun = hostOf(env.DATABASE_URL) === hostOf(inject('superuserUrl'));
  if (url === '' || !ofTheRun) return env;
  return behindPgBouncer(env, withDatabase(url, databaseOf(env.DATABASE_URL!)));
}

const hostOf = (url: string | undefined): string | null => (url ? new URL(url).searchParams.get('host') : null);
