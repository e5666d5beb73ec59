import { QUEUES, type Ring } from '@app/jobs';
import { HandlesJob, JobRunner } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { IndexBuilder } from './indexes/index-builder.js';
import { ProfileService } from './profile/profile.service.js';

@Processor(QUEUES.indexing)
export class RowsProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly indexes: IndexBuilder,
    private readonly profiles: ProfileService,
  ) {}

  @HandlesJob('csv.index')
  handleCsvIndex(job: Job<Ring>): Promise<void> {
    return this.runner.run('csv.index', job, (wish, { signal }) => this.indexes.build(wish, signal), {
      exhausted: (tx, wish) => this.indexes.giveUp(tx, wish),
    });
  }

  @HandlesJob('csv.profile')
  handleCsvProfile(job: Job<Ring>): Promise<void> {
    return this.runner.run(
      'csv.profile',
      job,
      ({ upload_id }, { signal }) => this.profiles.compute(upload_id, signal),
      {
        exhausted: (tx, { upload_id }) => this.profiles.giveUp(tx, upload_id),
      },
    );
  }
}
