import type { Tx } from '@app/database';
import { QUEUES } from '@app/jobs';
import { HandlesJob, type JobContext } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import { IngestService } from './ingest.service.js';

/** Ingests files of more than INGEST_SMALL_BYTES. */
@Processor(QUEUES.ingest)
export class IngestProcessor {
  constructor(private readonly service: IngestService) {}

  @HandlesJob('csv.ingest', { onDead: 'giveUp' })
  handleCsvIngest({ upload_id }: { upload_id: string }, context: JobContext): Promise<void> {
    return this.service.ingest(upload_id, context);
  }

  giveUp(tx: Tx, { upload_id }: { upload_id: string }): Promise<void> {
    return this.service.giveUp(tx, upload_id);
  }
}

/** Ingests small files, from a queue of their own, so that they do not wait for big ones. */
@Processor(QUEUES.ingestSmall)
export class SmallIngestProcessor {
  constructor(private readonly service: IngestService) {}

  @HandlesJob('csv.ingest-small', { onDead: 'giveUp' })
  handleCsvIngestSmall({ upload_id }: { upload_id: string }, context: JobContext): Promise<void> {
    return this.service.ingest(upload_id, context);
  }

  giveUp(tx: Tx, { upload_id }: { upload_id: string }): Promise<void> {
    return this.service.giveUp(tx, upload_id);
  }
}
