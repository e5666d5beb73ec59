import { ReadAhead } from '@app/http';
import { MailModule } from '@app/mail';
import { Module } from '@nestjs/common';
import { BearerGuard } from './bearer.guard.js';
import { BearerStrategy } from './bearer.strategy.js';
import { PasswordController } from './password.controller.js';
import { PasswordService } from './password.service.js';
import { PasswordStrength } from './password-strength.js';
import { Passwords } from './passwords.js';
import { SessionsModule } from './sessions.module.js';
import { UsersController } from './users.controller.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

/** Registration, login and logout, passwords, and the guard that authenticates every request. */
@Module({
  imports: [UsersModule, SessionsModule, MailModule],
  controllers: [UsersController, PasswordController],
  providers: [UsersService, PasswordService, Passwords, PasswordStrength, BearerStrategy, BearerGuard, ReadAhead],
  exports: [BearerGuard],
})
export class UsersHttpModule {}
