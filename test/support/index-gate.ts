import pg from 'pg';
import { inject } from 'vitest';
import { waitUntil } from '../../scripts/processes/wait-until.js';
import type { TestDatabase } from './database.js';
import { withDatabase } from './postgres-admin.js';

/** Key of the advisory lock that the gate is made of. */
const GATE = 4713;

const WAITING = `
  SELECT pid FROM pg_locks
   WHERE locktype = 'advisory' AND objid = ${GATE} AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Stops every index build of one database after the index is built and before it is committed, and counts the builds, also failed
 * ones. The key of an own table is built with its rows and passes freely. It is an event trigger, so it needs a superuser.
 */
export class IndexGate {
  private constructor(private readonly client: pg.Client) {}

  static async open(database: TestDatabase): Promise<IndexGate> {
    const client = new pg.Client({ connectionString: withDatabase(inject('superuserUrl'), database.name) });
    client.on('error', () => {});
    await client.connect();
    await client.query(`
      CREATE SEQUENCE index_builds MINVALUE 0 START 0;
      GRANT USAGE ON SEQUENCE index_builds TO PUBLIC;
      SELECT nextval('index_builds');
      CREATE FUNCTION pass_index_gate() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%_pkey') THEN RETURN; END IF;
        -- Of a sequence nothing is ever rolled back.
        PERFORM nextval('public.index_builds');
        PERFORM pg_advisory_xact_lock_shared(${GATE});
      END $$;
      CREATE EVENT TRIGGER pass_index_gate ON ddl_command_end WHEN TAG IN ('CREATE INDEX')
        EXECUTE FUNCTION pass_index_gate();
    `);
    return new IndexGate(client);
  }

  /** Closes the gate: new builds wait. Waits for builds that have already passed. */
  async shut(): Promise<void> {
    await this.client.query('SELECT pg_advisory_lock($1)', [GATE]);
  }

  async letThrough(): Promise<void> {
    await this.client.query('SELECT pg_advisory_unlock($1)', [GATE]);
  }

  /** Number of builds so far, committed or not. */
  async builds(): Promise<number> {
    const { rows } = await this.client.query('SELECT last_value::int AS builds FROM index_builds');
    return rows[0].builds;
  }

  /** Process ids of the server's sessions that wait at the gate. */
  async waiting(): Promise<number[]> {
    const { rows } = await this.client.query(WAITING);
    return rows.map(({ pid }) => pid);
  }

  /** Waits until a build is at the gate. */
  async untilHeld(timeoutMs = 60_000): Promise<void> {
    await waitUntil(async () => (await this.waiting()).length > 0, {
      timeoutMs,
      everyMs: 5,
      onTimeout: () => new Error('No index build reached the gate in time.'),
    });
  }

  async remove(): Promise<void> {
    await this.client.end();
  }
}
