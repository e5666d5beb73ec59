import pg from 'pg';
import { waitUntil } from '../../scripts/processes/wait-until.js';

/** First half of the advisory locks' two-part key; the second is the number of a batch. */
const GATE = 4711;
/** More than any gated file has. */
const BATCHES = 200;

/**
 * Stops the ingests of one database at a batch boundary. The statement of a later batch waits in the server, so that a test can kill
 * the worker exactly at the boundary.
 */
export class BatchGate {
  private readonly held = new Set<number>();

  private constructor(private readonly client: pg.Client) {}

  static async closed(databaseUrl: string): Promise<BatchGate> {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on('error', () => {});
    await client.connect();
    await client.query(`
      CREATE FUNCTION pass_batch_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared(${GATE}, NEW.batch_no);
        RETURN NEW;
      END $$;
      CREATE TRIGGER pass_batch_gate BEFORE INSERT ON csv_batches FOR EACH ROW EXECUTE FUNCTION pass_batch_gate();
    `);
    const gate = new BatchGate(client);
    await gate.openUpTo(0);
    return gate;
  }

  /** Lets batches up to this one be committed, and no others. Waits until later batches in progress have ended. */
  async openUpTo(last: number): Promise<void> {
    for (let batch = 0; batch <= BATCHES; batch++) await (batch <= last ? this.release(batch) : this.hold(batch));
  }

  /** Numbers of the batches that wait at the gate, ascending. */
  async waiting(): Promise<number[]> {
    const { rows } = await this.client.query(`${WAITING} ORDER BY batch`);
    return rows.map(({ batch }) => batch);
  }

  /** Waits until at least `count` batches are at the gate. At most one per connection of the ingest can wait. */
  async untilWaiting(count: number, timeoutMs = 60_000): Promise<number[]> {
    return waitUntil(
      async () => {
        const batches = await this.waiting();
        return batches.length >= count ? batches : undefined;
      },
      { timeoutMs, everyMs: 5, onTimeout: () => new Error(`${count} batches did not reach the gate in time.`) },
    );
  }

  /** Cancels the statements of these batches, as if the worker had been killed before sending them. */
  async lose(batches: number[]): Promise<void> {
    await this.client.query(`SELECT pg_terminate_backend(pid, 10000) FROM (${WAITING}) AS w WHERE batch = ANY($1)`, [
      batches,
    ]);
  }

  /** Lets only these batches pass, also when earlier ones wait, waits until they are committed, and closes the gate again. */
  async letThrough(batches: number[]): Promise<void> {
    for (const batch of batches) await this.release(batch);
    for (const batch of batches) await this.hold(batch);
  }

  async remove(): Promise<void> {
    await this.client.end();
  }

  private async hold(batch: number): Promise<void> {
    if (this.held.has(batch)) return;
    this.held.add(batch);
    await this.client.query('SELECT pg_advisory_lock($1, $2)', [GATE, batch]);
  }

  private async release(batch: number): Promise<void> {
    if (this.held.delete(batch)) await this.client.query('SELECT pg_advisory_unlock($1, $2)', [GATE, batch]);
  }
}

const WAITING = `
  SELECT objid::int AS batch, pid FROM pg_locks
   WHERE locktype = 'advisory' AND classid = ${GATE} AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
