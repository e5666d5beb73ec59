import { CacheModule } from '@app/cache';
import { type Config, ConfigModule } from '@app/config';
import { CsvHttpModule } from '@app/csv/api';
import { DatabaseModule } from '@app/database';
import { HealthHttpModule } from '@app/health/api';
import { IdempotencyModule, LongAnswersModule, RateLimitGuard, RateLimitModule } from '@app/http';
import { JobsModule } from '@app/jobs';
import { StorageModule } from '@app/storage';
import { TasksHttpModule } from '@app/tasks/api';
import { TracingModule } from '@app/tracing';
import { BearerGuard, UsersHttpModule } from '@app/users/api';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';

/** The HTTP process: the shared libraries, and the part of each feature that answers requests. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        TracingModule,
        DatabaseModule.forRoot('api'),
        CacheModule,
        JobsModule,
        StorageModule,
        RateLimitModule,
        IdempotencyModule,
        LongAnswersModule,
        UsersHttpModule,
        TasksHttpModule,
        CsvHttpModule,
        HealthHttpModule,
      ],
      // The order matters: the limit of a user applies after the guard has authenticated.
      providers: [
        { provide: APP_GUARD, useExisting: BearerGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
      ],
    };
  }
}
