import type { Config } from '@app/config';

/** Small files have a queue of their own: none waits behind a big one that came before it. */
export const ingestJobFor = (sizeBytes: number, config: Pick<Config, 'INGEST_SMALL_BYTES'>) =>
  sizeBytes > config.INGEST_SMALL_BYTES ? 'csv.ingest' : 'csv.ingest-small';
