import { QUEUES, type Ring } from '@app/jobs';
import { HandlesJob, JobRunner } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { IngestService } from './ingest.service.js';

@Processor(QUEUES.ingest)
export class IngestProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly service: IngestService,
  ) {}

  @HandlesJob('csv.ingest')
  handleCsvIngest(job: Job<Ring>): Promise<void> {
    return this.runner.run('csv.ingest', job, ({ upload_id }, context) => this.service.ingest(upload_id, context), {
      exhausted: (tx, { upload_id }) => this.service.giveUp(tx, upload_id),
    });
  }
}

@Processor(QUEUES.ingestSmall)
export class SmallIngestProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly service: IngestService,
  ) {}

  @HandlesJob('csv.ingest-small')
  handleCsvIngestSmall(job: Job<Ring>): Promise<void> {
    return this.runner.run(
      'csv.ingest-small',
      job,
      ({ upload_id }, context) => this.service.ingest(upload_id, context),
      {
        exhausted: (tx, { upload_id }) => this.service.giveUp(tx, upload_id),
      },
    );
  }
}
