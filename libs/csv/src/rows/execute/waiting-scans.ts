import { newId } from '@app/database';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** A scan that waits for less than this is not announced: it would be gone before anybody looks. */
const ANNOUNCED_AFTER_MS = 100;

/** Tells all processes that scans wait for their turn, so that no background work starts meanwhile. Nothing else depends on it. */
@Injectable()
export class WaitingScans {
  private readonly log = new Logger(WaitingScans.name);

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Announces a waiting scan, in the background.
   * @param longestMs how long it waits at most; the announcement of a killed process ends then.
   * @returns a function that ends the announcement.
   */
  add(longestMs: number): () => void {
    const id = newId();
    let announced: Promise<unknown> | undefined;
    const timer = setTimeout(() => {
      announced = this.execute(
        `WITH expired AS (DELETE FROM csv_waiting_scans WHERE waits_until < clock_timestamp())
         INSERT INTO csv_waiting_scans (id, waits_until) VALUES ($1, clock_timestamp() + $2 * interval '1 ms')`,
        [id, longestMs],
      );
    }, ANNOUNCED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      announced?.then(() => this.execute('DELETE FROM csv_waiting_scans WHERE id = $1', [id]));
    };
  }

  async any(manager: EntityManager): Promise<boolean> {
    const [{ waiting }] = await manager.query(
      'SELECT EXISTS (SELECT FROM csv_waiting_scans WHERE waits_until > clock_timestamp()) AS waiting',
    );
    return waiting;
  }

  private async execute(statement: string, parameters: unknown[]): Promise<void> {
    try {
      await this.dataSource.query(statement, parameters);
    } catch (error) {
      this.log.debug({ err: error }, 'Could not announce a waiting scan');
    }
  }
}
