import { Readable } from 'node:stream';
import { CONFIG, type Config } from '@app/config';
import { isDatabaseAway } from '@app/database';
import { metrics } from '@app/metrics';
import { type Principal, SessionsService } from '@app/users/api';
import { Inject, Injectable } from '@nestjs/common';
import { TooManyStreams } from '../upload.problems.js';
import { progressEvents } from './progress-events.js';
import { SharedProgress } from './shared-progress.js';

/** How soon a stream notices that its session has ended. */
const CHECK_SESSION_MS = 4_000;

/** The open streams of events of this process. */
@Injectable()
export class ProgressStreams {
  private readonly openOf = new Map<string, number>();

  constructor(
    private readonly progress: SharedProgress,
    private readonly sessions: SessionsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The events of an upload, until it ends, `signal` is aborted or the session of the caller ends. Counts as open until it is read to its
   * end or destroyed, or `signal` is aborted. It may be destroyed before it is read, as for HEAD: a generator that has not begun runs no
   * `finally`, so the stream itself tells of its end.
   * @throws TooManyStreams
   */
  open(caller: Principal, uploadId: string, lastEventId: string | undefined, signal: AbortSignal): Readable {
    const open = this.openOf.get(caller.id) ?? 0;
    const limit = this.config.EVENT_STREAMS_PER_USER;
    if (open >= limit) throw new TooManyStreams({ limit });
    this.openOf.set(caller.id, open + 1);
    metrics.eventStreams.inc();

    const over = new AbortController();
    const checks = setInterval(() => void this.endWithSession(caller, over), CHECK_SESSION_MS).unref();
    const close = () => {
      clearInterval(checks);
      metrics.eventStreams.dec();
      const left = this.openOf.get(caller.id)! - 1;
      if (left > 0) this.openOf.set(caller.id, left);
      else this.openOf.delete(caller.id);
    };
    over.signal.addEventListener('abort', close, { once: true });
    const stopped = AbortSignal.any([signal, over.signal]);
    stopped.addEventListener('abort', () => over.abort(), { once: true });
    const events = progressEvents(() => this.progress.read(caller.id, uploadId), lastEventId, stopped);
    return Readable.from(events).once('close', () => over.abort());
  }

  private async endWithSession({ tokenHash }: Principal, over: AbortController): Promise<void> {
    try {
      if (!(await this.sessions.recognise(tokenHash))) over.abort();
    } catch (error) {
      // While the database is away nobody can log out either.
      if (!isDatabaseAway(error)) over.abort();
    }
  }
}
