import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('access_tokens')
export class AccessToken {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') user_id: string;
  /** SHA-256 of the token; the token itself is nowhere. */
  @Column('bytea') token_hash: Buffer;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
  /** To the minute or so: it is written in batches, not per request. */
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
}
