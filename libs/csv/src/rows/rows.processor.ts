import type { Tx } from '@app/database';
import { type CsvIndexPayload, type PayloadOf, QUEUES } from '@app/jobs';
import { HandlesJob, type JobContext } from '@app/jobs/worker';
import { Processor } from '@nestjs/bull';
import { IndexBuilder } from './indexes/index-builder.js';
import { ProfileService } from './profile/profile.service.js';

/** Builds and drops indexes, and computes profiles. */
@Processor(QUEUES.indexing)
export class RowsProcessor {
  constructor(
    private readonly indexes: IndexBuilder,
    private readonly profiles: ProfileService,
  ) {}

  @HandlesJob('csv.index', { onDead: 'giveUpIndex' })
  handleCsvIndex(payload: CsvIndexPayload, { signal }: JobContext): Promise<void> {
    return this.indexes.build(payload, signal);
  }

  giveUpIndex(tx: Tx, payload: CsvIndexPayload): Promise<void> {
    return this.indexes.giveUp(tx, payload);
  }

  @HandlesJob('csv.index-drop')
  handleCsvIndexDrop(payload: PayloadOf<'csv.index-drop'>): Promise<void> {
    return this.indexes.drop(payload);
  }

  @HandlesJob('csv.profile', { onDead: 'giveUpProfile' })
  handleCsvProfile({ upload_id }: { upload_id: string }, { signal }: JobContext): Promise<void> {
    return this.profiles.compute(upload_id, signal);
  }

  giveUpProfile(tx: Tx, { upload_id }: { upload_id: string }): Promise<void> {
    return this.profiles.giveUp(tx, upload_id);
  }
}
