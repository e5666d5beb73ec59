import { HandlesJob, JobRunner, QUEUES, type Ring } from '@app/jobs';
import { Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { IndexBuilder } from './indexes/index-builder.js';

@Processor(QUEUES.indexing)
export class RowsProcessor {
  constructor(
    private readonly runner: JobRunner,
    private readonly indexes: IndexBuilder,
  ) {}

  @HandlesJob('csv.index')
  handleCsvIndex(job: Job<Ring>): Promise<void> {
    return this.runner.run('csv.index', job, (wish, { signal }) => this.indexes.build(wish, signal), {
      exhausted: (tx, wish) => this.indexes.giveUp(tx, wish),
    });
  }
}
