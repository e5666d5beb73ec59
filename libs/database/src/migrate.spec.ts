import { loadConfig } from '@app/config';
import { expect, it } from 'vitest';
import { migrationUrl } from './migrate.js';

it('migrations go to PostgreSQL itself where a PgBouncer stands in between', () => {
  const DATABASE_URL = 'postgres://app@bouncer:6432/app';
  const DATABASE_DIRECT_URL = 'postgres://app@server:5432/app';
  expect(migrationUrl(loadConfig({ DATABASE_URL, DATABASE_DIRECT_URL }))).toBe(DATABASE_DIRECT_URL);
  expect(migrationUrl(loadConfig({ DATABASE_URL }))).toBe(DATABASE_URL);
  // As compose sets it.
  expect(migrationUrl(loadConfig({ DATABASE_URL, DATABASE_DIRECT_URL: '' }))).toBe(DATABASE_URL);
});
