import type { RequestContext } from '@app/logging';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/**
 * A job, from the transaction that caused it until it is done. Bull holds only the id of this row, so nothing is lost when Redis
 * loses its data.
 */
@Entity('outbox')
export class OutboxRow {
  /** Also the job's id in Bull, which makes a second enqueue of the same row a no-op. */
  @PrimaryColumn('uuid') id: string;
  @Column('text') job: string;
  @Column('jsonb') payload: unknown;
  /** How many attempts failed. */
  @Column('integer') attempts: number;
  /** How many times a worker claimed the row. It exceeds `attempts` when workers are killed or stopped. */
  @Column('integer') claims: number;
  @Column('timestamptz') run_at: Date;
  /** When the row was last handed to Bull. */
  @Column('timestamptz', { nullable: true }) enqueued_at: Date | null;
  /** The worker that claimed the row renews this. After it, any worker may claim the row. */
  @Column('timestamptz', { nullable: true }) lease_until: Date | null;
  @Column('uuid', { nullable: true }) lease_token: string | null;
  /** Set when there are no more attempts. */
  @Column('timestamptz', { nullable: true }) dead_at: Date | null;
  @Column('text', { nullable: true }) last_error: string | null;
  /** The request that caused the job. */
  @Column('jsonb', { nullable: true }) context: RequestContext | null;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
}
