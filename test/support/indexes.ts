import { waitUntil } from '../../scripts/processes/wait-until.js';
import type { Service } from './service.js';

/** The indexes of an upload in the catalogue of the service and in PostgreSQL, read directly from the database. */
export interface IndexFacts {
  /** Lines of the catalogue: `kind column status`. */
  catalogue: string[];
  /** Jobs that are not done, `dead` among them. */
  jobs: string[];
  /** Usable indexes except the primary key, without the number of the table and the epoch, which a slow machine raises. */
  built: string[];
}

export async function indexFacts(service: Service, uploadId: string): Promise<IndexFacts> {
  const [facts] = await service.sql.query(
    `SELECT ARRAY(SELECT concat_ws(' ', kind, nullif(column_key, ''), status) FROM csv_indexes
                   WHERE upload_id = $1 ORDER BY 1) AS catalogue,
            ARRAY(SELECT concat_ws(' ', payload ->> 'kind', nullif(payload ->> 'column_key', ''), CASE WHEN dead_at IS NOT NULL THEN 'dead' END)
                    FROM outbox WHERE job = 'csv.index' AND payload ->> 'upload_id' = $1::text ORDER BY 1) AS jobs,
            ARRAY(SELECT regexp_replace(indexname, '^rows_\\d+_(.*)_\\d+$', '\\1') FROM pg_indexes
                   WHERE schemaname || '.' || tablename = (SELECT rows_table FROM csv_uploads WHERE id = $1)
                     AND indexname !~ 'pkey' ORDER BY 1) AS built`,
    [uploadId],
  );
  return facts;
}

/** Waits until no job for an upload's indexes is left. */
export async function untilIndexed(service: Service, uploadId: string, timeoutMs = 60_000): Promise<IndexFacts> {
  let facts: IndexFacts | undefined;
  return waitUntil(
    async () => {
      facts = await indexFacts(service, uploadId);
      const settled = facts.jobs.length === 0 && !facts.catalogue.some((line) => line.endsWith('building'));
      return settled ? facts : undefined;
    },
    {
      timeoutMs,
      everyMs: 20,
      onTimeout: () =>
        new Error(`Indexes are not built: ${JSON.stringify(facts)}\n${service.workers.at(-1)?.logText()}`),
    },
  );
}

/** Waits until the one job for an index has been claimed `claims` times. */
export async function untilClaimed(service: Service, uploadId: string, claims: number, timeoutMs = 60_000) {
  await waitUntil(
    async () => {
      const [job] = await service.sql.query(
        `SELECT claims FROM outbox WHERE job = 'csv.index' AND payload ->> 'upload_id' = $1`,
        [uploadId],
      );
      return job?.claims >= claims;
    },
    { timeoutMs, everyMs: 5, onTimeout: () => new Error(`The index job was not claimed ${claims} times.`) },
  );
}
