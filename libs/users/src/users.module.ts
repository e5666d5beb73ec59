import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessToken } from './access-token.entity.js';
import { PasswordReset } from './password-reset.entity.js';
import { PasswordResetsRepository } from './password-resets.repository.js';
import { TokensRepository } from './tokens.repository.js';
import { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** The part of accounts that both processes need. */
@Module({
  imports: [TypeOrmModule.forFeature([User, AccessToken, PasswordReset])],
  providers: [UsersRepository, TokensRepository, PasswordResetsRepository],
  exports: [UsersRepository, TokensRepository, PasswordResetsRepository],
})
export class UsersModule {}
