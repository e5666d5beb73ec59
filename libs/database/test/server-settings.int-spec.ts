import { loadConfig } from '@app/config';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { execute } from '../../../test/support/postgres-admin.js';
import { requireCompatibleDatabase } from '../src/compatibility.js';
import { dataSourceOptions } from '../src/data-source-options.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const configWith = (variables: Record<string, string> = {}) => loadConfig({ DATABASE_URL: database.url, ...variables });

/** Settings of a session that connects as the service does. */
async function settingsOf(variables: Record<string, string>): Promise<Record<string, string>> {
  const dataSource = await new DataSource(dataSourceOptions(configWith(variables), 'test')).initialize();
  const names = ['TimeZone', 'statement_timeout', 'cpu_operator_cost', 'max_parallel_workers_per_gather'];
  const rows = await dataSource.query('SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [names]);
  await dataSource.destroy();
  return Object.fromEntries(rows.map(({ name, setting }: { name: string; setting: string }) => [name, setting]));
}

const ours = {
  TimeZone: 'UTC',
  statement_timeout: '1234',
  cpu_operator_cost: '0.05',
  max_parallel_workers_per_gather: '0',
};
const variables = { DATABASE_STATEMENT_TIMEOUT_MS: '1234' };

describe('the settings of a session', () => {
  it('are sent when it connects', async () => {
    expect(await settingsOf(variables)).toEqual(ours);
  });

  it('are expected on the role with DATABASE_SETTINGS=role, and the start says how to set them', async () => {
    const byRole = { ...variables, DATABASE_SETTINGS: 'role' };
    expect((await settingsOf(byRole)).cpu_operator_cost).toBe('0.0025');
    const refusal: Error = await requireCompatibleDatabase(configWith(byRole)).catch((error) => error);
    const statements = /run "(.+)" as that role/.exec(refusal.message)![1]!;
    // Only in this database, because other tests use the role, too.
    await execute(database.url, statements.replaceAll('CURRENT_USER', `CURRENT_USER IN DATABASE ${database.name}`));
    await requireCompatibleDatabase(configWith(byRole));
    expect(await settingsOf(byRole)).toEqual(ours);
  });
});
