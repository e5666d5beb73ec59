import { QUEUES, type Ring } from '@app/jobs';
import { HandlesJob, JobRunner } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { UploadPurge } from './upload-purge.js';

@Processor(QUEUES.maintenance)
export class UploadPurgeProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly purge: UploadPurge,
  ) {}

  @HandlesJob('csv.purge')
  handleCsvPurge(job: Job<Ring>): Promise<void> {
    return this.runner.run('csv.purge', job, (payload, { signal }) => this.purge.purge(payload, signal));
  }
}
