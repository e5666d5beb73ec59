import { ClientGone, type Deadline, ReadReplica, ReplicaUnfit } from '@app/database';
import { metrics } from '@app/metrics';
import { NotFound, Problem } from '@app/problems';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { GuardedReads, type ReadMode, type ReadSession } from './guarded-reads.js';
import { type ReadUpload, ReplicaPosition } from './replica-position.js';

/**
 * Chooses the server of each read of rows: the replica where one is set and has replayed what the upload needs, else the primary. The
 * caller has read the upload from the primary, so that a deleted one is not found and a changed column has its new type.
 */
@Injectable()
export class ReadRouter implements OnApplicationBootstrap {
  private readonly log = new Logger(ReadRouter.name);

  constructor(
    private readonly reads: GuardedReads,
    private readonly replica: ReadReplica,
    private readonly positions: ReplicaPosition,
  ) {}

  onApplicationBootstrap(): void {
    this.replica.follow();
  }

  /** Whether reads may be answered by a replica, which does not know yet what the primary knows. */
  get hasReplica(): boolean {
    return this.replica.isUp;
  }

  /**
   * As `GuardedReads.run`, on the server that fits.
   * @param read is executed again on the primary when the replica fails, so it must begin anew each time.
   */
  async run<T>(
    upload: ReadUpload,
    deadline: Deadline,
    mode: ReadMode,
    read: (session: ReadSession) => Promise<T>,
    limitMs?: number,
  ): Promise<T> {
    const answer = await this.fromReplica(upload, deadline, mode, read, limitMs);
    if (answer) return answer.value;
    return this.runOnPrimary(deadline, mode, read, limitMs);
  }

  runOnPrimary<T>(
    deadline: Deadline,
    mode: ReadMode,
    read: (session: ReadSession) => Promise<T>,
    limitMs?: number,
  ): Promise<T> {
    metrics.rowReads.inc({ server: 'primary' });
    return this.reads.run(deadline, mode, read, limitMs);
  }

  /** @returns null where the primary must be asked */
  private async fromReplica<T>(
    upload: ReadUpload,
    deadline: Deadline,
    mode: ReadMode,
    read: (session: ReadSession) => Promise<T>,
    limitMs?: number,
  ): Promise<{ value: T } | null> {
    if (!this.hasReplica) return null;
    const position = await this.positions.of(upload);
    if (position === null) return null;
    try {
      const value = await this.replica.use(position, (client) =>
        this.reads.runOn(client, deadline, mode, read, limitMs),
      );
      metrics.rowReads.inc({ server: 'replica' });
      return { value };
    } catch (error) {
      if (isAnswer(error)) {
        metrics.rowReads.inc({ server: 'replica' });
        throw error;
      }
      // Among others the conflict of a long read with the log that is replayed (40001), and a server that stops (57P01).
      if (!(error instanceof ReplicaUnfit)) this.log.debug({ err: error }, 'A read failed on the replica');
      return null;
    }
  }
}

/** Whether the primary would say the same. That rows are missing may be true of the replica alone. */
const isAnswer = (error: unknown): boolean =>
  error instanceof ClientGone || (error instanceof Problem && !(error instanceof NotFound));
