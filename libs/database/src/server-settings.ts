import type { Config } from '@app/config';

/** Settings of PostgreSQL by name. Numbers without a unit are in the setting's own unit, which is milliseconds for times. */
export type ServerSettings = Readonly<Record<string, string | number>>;

// How settings reach the server, all in this file:
// - a session's settings are start-up parameters of each connection, or settings of the role (DATABASE_SETTINGS). A proxy that gives a
//   connection of the server to another client after each transaction (PgBouncer) cannot keep the first, so behind it the role has them.
// - a transaction's settings are SET LOCAL in that transaction. They work in both cases.
// Nothing uses SET without LOCAL.

/**
 * What every session of the service runs with. Reading a cell from a row and casting it costs some 0.2 us, as much as reading a tenth of
 * a page from memory. PostgreSQL assumes a four-hundredth, and would compute a million expressions rather than read a few thousand
 * scattered pages. Those pages are in memory or on an SSD, hence random_page_cost. No statement runs long enough to repay just-in-time
 * compilation. Parallel workers are only for reads that ask for them.
 */
export const sessionSettings = (config: Config): ServerSettings => ({
  TimeZone: 'UTC',
  statement_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: config.DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
  cpu_operator_cost: 0.05,
  random_page_cost: 1.1,
  jit: 'off',
  max_parallel_workers_per_gather: 0,
});

/** The `options` with which a client connects, so that its session has the settings. */
export const startupOptions = (settings: ServerSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

/** SQL that sets the settings until the transaction ends. */
export const setLocal = (settings: ServerSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = '${value}';`)
    .join(' ');

/** SQL that gives the settings to a role, for its future sessions. */
export const alterRole = (role: string, settings: ServerSettings): string =>
  Object.entries(settings)
    .map(([name, value]) => `ALTER ROLE ${role} SET ${name} = '${value}';`)
    .join(' ');
