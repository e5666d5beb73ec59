import { MailModule } from '@app/mail';
import { Module } from '@nestjs/common';
import { AccountsAdmin } from './accounts-admin.js';
import { PasswordService } from './password.service.js';
import { PasswordStrength } from './password-strength.js';
import { Passwords } from './passwords.js';
import { SessionsModule } from './sessions.module.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

/** What operators do with accounts. Only the admin command imports it. */
@Module({
  imports: [UsersModule, SessionsModule, MailModule],
  providers: [UsersService, PasswordService, Passwords, PasswordStrength, AccountsAdmin],
  exports: [AccountsAdmin],
})
export class UsersAdminModule {}
