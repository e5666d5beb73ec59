import { CacheModule } from '@app/cache';
import { type Config, ConfigModule } from '@app/config';
import { CsvProcessorModule } from '@app/csv/worker';
import { DatabaseModule } from '@app/database';
import { HealthProcessorModule } from '@app/health/worker';
import { JobsProcessorModule } from '@app/jobs/worker';
import { MailProcessorModule } from '@app/mail/worker';
import { StorageModule } from '@app/storage';
import { TracingModule } from '@app/tracing';
import { UsersProcessorModule } from '@app/users/worker';
import { type DynamicModule, Module } from '@nestjs/common';

/** The worker process: the shared libraries, and the job processors of each feature. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        TracingModule,
        DatabaseModule.forRoot('worker'),
        CacheModule,
        JobsProcessorModule,
        StorageModule,
        UsersProcessorModule,
        MailProcessorModule,
        CsvProcessorModule,
        HealthProcessorModule,
      ],
    };
  }
}
