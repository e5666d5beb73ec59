import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What live jobs will remove or need; a dead job does nothing any more. */
const LIVE_PAYLOADS = 'SELECT payload FROM outbox WHERE dead_at IS NULL';

@Injectable()
export class OrphansRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The tables of uploads that neither an upload nor a live job names, and their sizes with indexes in bytes. */
  async tables(): Promise<{ table: string; bytes: number }[]> {
    const rows: { table: string; bytes: string }[] = await this.dataSource.query(
      `SELECT 'csv_parts.' || relname AS table, coalesce(pg_total_relation_size(oid), 0) AS bytes FROM pg_class
        WHERE relnamespace = 'csv_parts'::regnamespace AND relkind = 'r'
          AND NOT EXISTS (SELECT FROM csv_uploads WHERE rows_table = 'csv_parts.' || relname)
          AND NOT EXISTS (SELECT FROM (${LIVE_PAYLOADS}) WHERE payload ->> 'rows_table' = 'csv_parts.' || relname)
        ORDER BY relname`,
    );
    return rows.map(({ table, bytes }) => ({ table, bytes: Number(bytes) }));
  }

  /** Those of the keys that neither an upload nor a live job names. */
  async unknownKeys(keys: readonly string[]): Promise<string[]> {
    const rows: { key: string }[] = await this.dataSource.query(
      `SELECT key FROM unnest($1::text[]) AS key
        WHERE NOT EXISTS (SELECT FROM csv_uploads WHERE storage_key = key)
          AND NOT EXISTS (SELECT FROM (${LIVE_PAYLOADS}) WHERE payload ->> 'storage_key' = key)`,
      [keys],
    );
    return rows.map(({ key }) => key);
  }
}
