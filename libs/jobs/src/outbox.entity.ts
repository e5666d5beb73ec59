import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/**
 * A job from the transaction that caused it until it is settled. Bull carries nothing but the id of such a row; when Redis
 * loses everything, nothing is lost.
 */
@Entity('outbox')
export class OutboxRow {
  /** Also the id of the job in Bull, so that ringing twice is ringing once. */
  @PrimaryColumn('uuid') id: string;
  @Column('text') job: string;
  @Column('jsonb') payload: unknown;
  /** How often a handler failed. */
  @Column('integer') attempts: number;
  /** How often a worker has taken it up; runs ahead of `attempts` when workers are killed. */
  @Column('integer') claims: number;
  @Column('timestamptz') run_at: Date;
  /** When it was last handed to Bull. */
  @Column('timestamptz', { nullable: true }) rung_at: Date | null;
  /** The worker that has it renews this; past it, anybody may take it. */
  @Column('timestamptz', { nullable: true }) lease_until: Date | null;
  @Column('uuid', { nullable: true }) lease_token: string | null;
  /** Set when it will not be tried again. */
  @Column('timestamptz', { nullable: true }) dead_at: Date | null;
  @Column('text', { nullable: true }) last_error: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
}
