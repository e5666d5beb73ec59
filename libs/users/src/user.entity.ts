import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryColumn('uuid') id: string;
  /** As it was typed. Comparisons ignore case. */
  @Column('text') email: string;
  @Column('text') username: string;
  @Column('text') full_name: string;
  @Column('text') password_hash: string;
  @CreateDateColumn({ type: 'timestamptz' }) created_at: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updated_at: Date;
}
