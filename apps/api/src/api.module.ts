import { CacheModule } from '@app/cache';
import { type Config, ConfigModule } from '@app/config';
import { CsvHttpModule } from '@app/csv/api';
import { DatabaseModule } from '@app/database';
import { HealthHttpModule } from '@app/health/api';
import { CachedGetModule, IdempotencyModule, RateLimitGuard, ThrottlingModule } from '@app/http';
import { JobsModule } from '@app/jobs';
import { StorageModule } from '@app/storage';
import { TasksHttpModule } from '@app/tasks/api';
import { BearerGuard, UsersHttpModule } from '@app/users/api';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

/** The HTTP process: the shared rooms, and of each feature what answers requests. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot('api'),
        CacheModule,
        JobsModule,
        StorageModule,
        ThrottlingModule,
        IdempotencyModule,
        CachedGetModule,
        UsersHttpModule,
        TasksHttpModule,
        CsvHttpModule,
        HealthHttpModule,
      ],
      // In this order: a user is held to a limit once it is known who asks.
      providers: [
        { provide: APP_GUARD, useExisting: BearerGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
      ],
    };
  }
}
