import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('access_tokens')
export class AccessToken {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') user_id: string;
  /** SHA-256 of the token. The token itself is not stored. */
  @Column('bytea') token_hash: Buffer;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
  /** Accurate to about a minute, because it is written in batches and not per request. */
  @Column('timestamptz', { nullable: true }) last_used_at: Date | null;
}
