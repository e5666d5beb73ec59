import { Global, Module } from '@nestjs/common';
import { LastUses } from './last-uses.js';
import { SessionsService } from './sessions.service.js';
import { UsersModule } from './users.module.js';

/** Sessions, for the guard and for what goes on after the guard has let a request in, such as streams. */
@Global()
@Module({ imports: [UsersModule], providers: [SessionsService, LastUses], exports: [SessionsService, LastUses] })
export class SessionsModule {}
