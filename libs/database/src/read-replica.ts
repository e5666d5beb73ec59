import type { Config } from '@app/config';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { replicaPoolOptions } from './data-source-options.js';
import { isDatabaseAway } from './errors.js';

/** How often a process looks whether the replica answers. Reads do not wait for it. */
const LOOK_EVERY_MS = 1_000;
/** A replica that takes longer to answer gets no reads, and those that it has are taken from it. */
const ANSWER_WITHIN_MS = 1_000;
/** After the replica was seen behind a position, it is not asked about it for this long: each question delays a read. */
const BEHIND_FOR_MS = 50;

/**
 * Positions in the log are bytes from its beginning, as numbers: they are exact up to 9 PB. Who may not see what the receiver of the log is
 * at (pg_read_all_stats) learns of a new timeline from the next pages that the standby writes, or from its next restart point.
 */
const LOOK = `
  SELECT pg_is_in_recovery() AS is_standby, (pg_last_wal_replay_lsn() - '0/0')::bigint AS replayed,
         (SELECT system_identifier::text FROM pg_control_system()) AS system,
         greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                  (SELECT received_tli FROM pg_stat_wal_receiver)) AS timeline`;

/** The timeline that a primary writes is the first eight digits of the file that it writes; the last checkpoint may be of another one. */
const ORIGIN = `
  SELECT system_identifier::text AS system, ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS timeline
    FROM pg_control_system()`;

/** What positions in a log belong to. A failover, or a restore, begins a new timeline, on which the same positions hold something else. */
interface Origin {
  system: string;
  timeline: number;
}

/** The replica cannot be used for a read, which then goes to the primary. The message is public. */
export class ReplicaUnfit extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReplicaUnfit';
  }
}

/** A read on the replica, so that it can be taken from it. */
interface Reading {
  client: pg.Client | null;
  abandon(reason: ReplicaUnfit): void;
}

/**
 * The streaming standby of DATABASE_READ_URL, if one is set. What is read there is never older than a position in the primary's log
 * that the caller gives; whoever cannot be served by the replica at once is told so and asks the primary.
 */
export class ReadReplica implements OnApplicationShutdown {
  private readonly log = new Logger(ReadReplica.name);
  private readonly pool: pg.Pool | null;
  /**
   * How far the server behind a connection had replayed the log when it was last asked on that connection. It only goes forward while the
   * connection lives; a server that is started again, from an old backup for example, has other connections.
   */
  private readonly replayed = new WeakMap<pg.Client, number>();
  private readonly readings = new Set<Reading>();
  private behind = { replayed: 0, until: 0 };
  private state: 'unknown' | 'up' | 'away' = 'unknown';
  private watcher: pg.Client | null = null;
  private looking: Promise<number> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private origin: Origin | undefined;
  private askingOrigin: Promise<Origin> | null = null;

  /** Opens no connection. */
  constructor(
    private readonly config: Config,
    private readonly primary: DataSource,
    private readonly applicationName: string,
  ) {
    this.pool = config.DATABASE_READ_URL ? new pg.Pool(replicaPoolOptions(config, applicationName)) : null;
    // The statement of a lost connection fails, and the pool forgets connections that are lost while they are idle.
    this.pool?.on('error', () => {});
    this.pool?.on('connect', (client) => client.on('error', () => {}));
  }

  get isSet(): boolean {
    return this.pool !== null;
  }

  /** Whether the replica has answered lately. */
  get isUp(): boolean {
    return this.state === 'up';
  }

  /** Begins to look after the replica, which gets reads as soon as it has answered. */
  follow(): void {
    if (!this.pool || this.timer) return;
    const look = () => void this.look().catch(() => {});
    this.timer = setInterval(look, LOOK_EVERY_MS);
    look();
  }

  /**
   * Runs `work` on a connection of the replica, once it has replayed the log up to `position`.
   * @param work may be running still when this rejects, on a connection that is lost; its effects must not matter then.
   * @throws ReplicaUnfit when the replica is away or behind, or goes away meanwhile; and what `work` throws
   */
  async use<T>(position: number, work: (client: pg.Client) => Promise<T>): Promise<T> {
    if (!this.isUp) throw new ReplicaUnfit('does not answer');
    if (this.isKnownBehind(position)) throw new ReplicaUnfit('is behind');
    let reading!: Reading;
    const abandoned = new Promise<never>((_, reject) => {
      reading = { client: null, abandon: reject };
    });
    this.readings.add(reading);
    try {
      return await Promise.race([abandoned, this.read(reading, position, work)]);
    } catch (error) {
      // Whether the whole server is away or only this connection, the next look tells.
      if (isDatabaseAway(error)) void this.look().catch(() => {});
      throw error;
    } finally {
      this.readings.delete(reading);
    }
  }

  /** How many bytes of the log the replica has not replayed yet. @throws ReplicaUnfit */
  async lagBytes(): Promise<number> {
    const replayed = await this.look();
    const [{ written }] = await this.primary.query(`SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS written`);
    return Math.max(0, Number(written) - replayed);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.forgetWatcher();
    await this.pool?.end();
  }

  private async read<T>(reading: Reading, position: number, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.pool!.connect();
    try {
      reading.client = client;
      if (!this.readings.has(reading)) throw new ReplicaUnfit('does not answer');
      if (!(await this.hasReplayed(client, position))) throw new ReplicaUnfit('is behind');
      return await work(client);
    } finally {
      client.release();
    }
  }

  private isKnownBehind(position: number): boolean {
    return this.behind.replayed < position && performance.now() < this.behind.until;
  }

  private async hasReplayed(client: pg.Client, position: number): Promise<boolean> {
    if ((this.replayed.get(client) ?? -1) >= position) return true;
    const replayed = await this.ask(client);
    this.replayed.set(client, replayed);
    if (replayed >= position) return true;
    this.behind = { replayed, until: performance.now() + BEHIND_FOR_MS };
    return false;
  }

  /** How far the server has replayed the log. @throws ReplicaUnfit when it is no standby of the primary */
  private async ask(client: pg.Client): Promise<number> {
    const [found] = (await client.query(LOOK)).rows;
    const { system, timeline } = this.origin ?? (await this.askPrimary());
    // Positions in the log of another system, or of a standby that has become a primary, mean nothing here.
    if (!found.is_standby || found.replayed === null || found.system !== system)
      throw new ReplicaUnfit('is no standby of the database');
    if (found.timeline !== timeline) throw new ReplicaUnfit('follows another timeline than the database');
    return Number(found.replayed);
  }

  /** The primary may be another server since a failover. While it does not answer, what is known of it stays. */
  private askPrimary(): Promise<Origin> {
    this.askingOrigin ??= this.primary
      .query(ORIGIN)
      .then(([origin]: [Origin]) => {
        this.origin = origin;
        return origin;
      })
      .finally(() => {
        this.askingOrigin = null;
      });
    return this.askingOrigin;
  }

  /** Asks the replica on a connection of its own, so that a busy pool does not count as a dead server. @throws ReplicaUnfit */
  private look(): Promise<number> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async lookOnce(): Promise<number> {
    // Not awaited: when all connections to the primary are busy, the replica is not away.
    if (this.origin) void this.askPrimary().catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ReplicaUnfit('does not answer')), ANSWER_WITHIN_MS);
    });
    try {
      const replayed = await Promise.race([late, this.askAsWatcher()]);
      this.becomeUp();
      return replayed;
    } catch (error) {
      this.forgetWatcher();
      const unfit = error instanceof ReplicaUnfit ? error : new ReplicaUnfit('does not answer', { cause: error });
      this.becomeAway(unfit);
      throw unfit;
    } finally {
      clearTimeout(timer);
    }
  }

  private async askAsWatcher(): Promise<number> {
    if (!this.watcher) {
      const watcher = new pg.Client(replicaPoolOptions(this.config, this.applicationName));
      watcher.on('error', () => {});
      this.watcher = watcher;
      await watcher.connect();
    }
    return this.ask(this.watcher);
  }

  private forgetWatcher(): void {
    this.watcher?.end().catch(() => {});
    this.watcher = null;
  }

  private becomeUp(): void {
    if (this.state === 'up' || this.isStopped) return;
    this.state = 'up';
    this.log.log('Rows of uploads are read from the replica');
  }

  private becomeAway(reason: ReplicaUnfit): void {
    if (this.isStopped) return;
    if (this.state !== 'away')
      this.log.warn({ err: reason.cause ?? reason }, `The replica ${reason.message}; rows are read from the primary`);
    this.state = 'away';
    for (const { client, abandon } of this.readings) {
      abandon(reason);
      // With a statement in progress, this closes the connection at once.
      client?.end().catch(() => {});
    }
    this.readings.clear();
  }
}
