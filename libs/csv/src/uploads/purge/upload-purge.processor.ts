import { type CsvPurgePayload, QUEUES } from '@app/jobs';
import { HandlesJob, type JobContext } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import { UploadPurge } from './upload-purge.js';

/** Removes what deleted, failed and cancelled uploads leave behind. */
@Processor(QUEUES.maintenance)
export class UploadPurgeProcessor {
  constructor(private readonly purge: UploadPurge) {}

  @HandlesJob('csv.purge')
  handleCsvPurge(payload: CsvPurgePayload, { signal }: JobContext): Promise<void> {
    return this.purge.purge(payload, signal);
  }
}
