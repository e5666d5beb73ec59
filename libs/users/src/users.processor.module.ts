import { Module } from '@nestjs/common';
import { TokenCleanup } from './token-cleanup.js';
import { UsersModule } from './users.module.js';

/** What the worker does for accounts. */
@Module({ imports: [UsersModule], providers: [TokenCleanup] })
export class UsersProcessorModule {}
