import { CONFIG, type Config } from '@app/config';
import { type Deadline, FairQueue } from '@app/database';
import { metrics } from '@app/metrics';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { WaitingScans } from './waiting-scans.js';

/** Limits how many heavy reads run at a time, so that they leave connections and processors to quick reads. */
@Injectable()
export class ScanQueue extends FairQueue {
  /** @param announced tells other processes of the waiting reads. */
  constructor(
    @Inject(CONFIG) config: Pick<Config, 'SCAN_LIMIT' | 'SCAN_LIMIT_PER_USER'>,
    @Optional() private readonly announced?: WaitingScans,
  ) {
    super({ atOnce: config.SCAN_LIMIT, perUser: config.SCAN_LIMIT_PER_USER });
  }

  protected override onWaiting(deadline: Deadline): () => void {
    const withdraw = this.announced?.add(deadline.leftMs());
    metrics.scans.inc({ state: 'waiting' });
    return () => {
      metrics.scans.dec({ state: 'waiting' });
      withdraw?.();
    };
  }

  protected override onRunning(): () => void {
    metrics.scans.inc({ state: 'running' });
    return () => metrics.scans.dec({ state: 'running' });
  }
}
