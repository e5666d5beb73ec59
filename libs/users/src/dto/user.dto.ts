import { ApiProperty } from '@nestjs/swagger';
import type { User } from '../user.entity.js';

/** An account. */
export class UserDto {
  /** @example 019ab2f0-5a3e-7c1c-9d55-0a7b8d1f2e3c */
  id: string;
  /** @example ada@example.org */
  email: string;
  /** @example ada */
  username: string;
  @ApiProperty({ example: 'Ada Lovelace' })
  full_name: string;
  /** @example 2026-11-23T09:30:00.000Z */
  created_at: Date;

  static of({ id, email, username, full_name, created_at }: User): UserDto {
    return { id, email, username, full_name, created_at };
  }
}
