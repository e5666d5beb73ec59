import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrateEntry } from '../../scripts/build/build.js';
import type { OwnPgBouncer } from '../../scripts/servers/index.js';
import { createTestDatabase } from '../support/database.js';
import { behindPgBouncer, startTestPgBouncer } from '../support/pgbouncer.js';
import { runProgram } from '../support/run-program.js';
import { Service } from '../support/service.js';

// PgBouncer in transaction mode, with fewer connections to PostgreSQL than the processes have to it. `npm run test:scale` runs all of
// test/e2e behind one; here are the steps that need most of a connection.

let bouncer: OwnPgBouncer;
let service: Service;
/** Of a process behind the PgBouncer. */
let env: Record<string, string>;

beforeAll(async () => {
  bouncer = await startTestPgBouncer();
  const database = await createTestDatabase();
  env = await behindPgBouncer({ DATABASE_URL: database.url }, bouncer.through(database.url));
  // The second file gets a table of its own.
  service = await Service.start({ database, workers: 2, env: { ...env, OWN_TABLE_BYTES: '100000' } });
});
afterAll(async () => {
  await service?.stop();
  await bouncer?.stop();
});

const file = (rows: number) =>
  `City,Price,Note\n${Array.from({ length: rows }, (_, i) => `Paris ${i % 100},${i}.5,note of row ${i}`).join('\n')}\n`;

describe('behind PgBouncer in transaction mode', () => {
  it('accounts and tasks work, with one mail for a completed task', async () => {
    const person = await service.client.withAccount();
    const { body: task } = await person.post('/tasks/', { title: 'Water the plants' });
    expect((await person.post(`/tasks/${task.id}/complete/`)).status).toBe(200);
    await service.inbox.waitForExactly(
      1,
      ({ to, text }) => to.includes(person.email) && text.includes('Water the plants'),
    );
    expect((await person.get('/tasks/')).body.results).toMatchObject([{ id: task.id, status: 'completed' }]);
  });

  it.each([
    ['the shared table', 1_000],
    ['a table of its own', 20_000],
  ])('files that go to %s are stored, filtered, searched, counted, exported and deleted', async (_, rows) => {
    const person = await service.client.withAccount();
    const uploads = await Promise.all([1, 2, 3].map((n) => person.ingest(file(rows), `cities-${n}.csv`)));
    for (const upload of uploads) {
      expect(upload).toMatchObject({ status: 'completed', processed_rows: rows, rejected_rows: 0 });
      const asked = encodeURIComponent(JSON.stringify({ city: 'Paris 7', price: { gte: 100 } }));
      // More than two times, since a statement would get a name at its third use.
      for (let i = 0; i < 4; i++) {
        const { body } = await person.get(
          `/csv-data/uploads/${upload.id}/data/?filters=${asked}&sort_by=-price&page_size=10&count=exact&nocache=${i}`,
        );
        expect(body.pagination.total_count).toBe(rows / 100 - 1);
        expect(body.data[0].data.price).toBe(rows - 100 + 7.5);
      }
      const { body } = await person.get(`/csv-data/uploads/${upload.id}/data/?search=${rows - 1}`);
      expect(body.data.map(({ row_id }: { row_id: number }) => row_id)).toEqual([rows]);
      const exported = await person.get(`/csv-data/uploads/${upload.id}/export/?format=csv`);
      expect(exported.body.trimEnd().split(/\r?\n/)).toHaveLength(rows + 1);
      expect((await person.send('DELETE', `/csv-data/uploads/${upload.id}/`)).status).toBe(204);
    }
    await service.idle();
  });

  it('migrations go to PostgreSQL itself, and say so when they have no way there', async () => {
    const migrated = (over: Record<string, string>) =>
      runProgram(process.execPath, [migrateEntry], {
        cwd: inject('runFolder'),
        env: { PATH: process.env.PATH, ...env, ...over },
      });
    const direct = await migrated({ DATABASE_DIRECT_URL: service.database.url });
    expect([direct.code, direct.out]).toEqual([0, 'The schema is up to date.\n']);
    const lost = await migrated({});
    expect(lost.code).toBe(1);
    expect(lost.err).toContain('set DATABASE_DIRECT_URL to the address of PostgreSQL itself');
  });

  it('the server has fewer connections than its clients', async () => {
    const [{ open }] = await service.sql.query(
      `SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ('api', 'worker')`,
    );
    expect(open).toBeLessThanOrEqual(10);
  });
});
