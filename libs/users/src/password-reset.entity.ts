import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A token with which the owner of an account can choose a new password once, without the old one. */
@Entity('password_resets')
export class PasswordReset {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') user_id: string;
  /** SHA-256 of the token. The token itself is only in the mail. */
  @Column('bytea') token_hash: Buffer;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
