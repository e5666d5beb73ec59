import pg from 'pg';
import type { WrittenDataSet } from '../data-sets.js';
import { bytesOf, type Cost, Meter, untilQuiet } from './meter.js';
import type { Stage } from './stage.js';

/**
 * The yardstick: the server itself reads the raw file into a logged table of text columns, with an identity as primary key. Several
 * at the same time have a table and a connection each, because as many uploads have them too.
 * @param options.columns of the file @param options.keep the rows stay in the table for the next COPY
 */
export async function copy(
  stage: Stage,
  file: WrittenDataSet,
  { columns, atOnce, keep }: { columns: number; atOnce: number; keep: boolean },
): Promise<Cost> {
  const names = Array.from({ length: columns }, (_, n) => `column_${n + 1}`);
  const tables = Array.from({ length: atOnce }, (_, n) => `yardstick_${n}`);
  const clients = tables.map(() => new pg.Client({ connectionString: stage.postgresUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  for (const table of tables) {
    await stage.db.query(
      `CREATE TABLE IF NOT EXISTS ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${names.map((name) => `${name} text`).join(', ')})`,
    );
  }
  const bytesBefore = await bytesOf(stage, tables);
  await untilQuiet(stage);
  const meter = await Meter.start(stage);
  const startedAt = performance.now();
  await Promise.all(
    tables.map((table, n) =>
      clients[n]!.query(
        `COPY ${table} (${names.join(', ')}) FROM ${pg.escapeLiteral(file.path)} WITH (FORMAT csv, HEADER true)`,
      ),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const { postgresCpu, walBytes } = await meter.read();
  const tableBytes = (await bytesOf(stage, tables)) - bytesBefore;
  await Promise.all(clients.map((client) => client.end()));
  if (!keep) for (const table of tables) await stage.db.query(`DROP TABLE ${table}`);
  return { seconds, postgresCpu, walBytes, tableBytes };
}
