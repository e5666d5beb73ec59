// Exits with 0 when this container's process is well. The api: it answers. The worker, which listens nowhere: PostgreSQL has
// heard from it within three heartbeats.
import { hostname } from 'node:os';
import pg from 'pg';

const api = async () => {
  const response = await fetch(`http://127.0.0.1:${process.env.PORT || 3000}/livez`, {
    signal: AbortSignal.timeout(4000),
  });
  return response.ok;
};

const worker = async () => {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 4000 });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `SELECT FROM worker_heartbeats WHERE hostname = $1 AND beat_at > clock_timestamp() - $2 * interval '1 ms'`,
      [hostname(), 3 * Number(process.env.WORKER_HEARTBEAT_MS || 5000)],
    );
    return rowCount > 0;
  } finally {
    await client.end();
  }
};

try {
  process.exit((await { api, worker }[process.argv[2]]()) ? 0 : 1);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
