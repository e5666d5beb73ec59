import { CacheModule } from '@app/cache';
import { type Config, ConfigModule } from '@app/config';
import { CsvAdminModule } from '@app/csv/admin';
import { DatabaseModule } from '@app/database';
import { HealthAdminModule } from '@app/health/admin';
import { JobsModule } from '@app/jobs';
import { StorageModule } from '@app/storage';
import { UsersAdminModule } from '@app/users/admin';
import { type DynamicModule, Module } from '@nestjs/common';

/** The admin command: the shared libraries, and what operators do with each feature. It listens nowhere and handles no job. */
@Module({})
export class AdminModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AdminModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot('admin'),
        CacheModule,
        JobsModule,
        StorageModule,
        UsersAdminModule,
        CsvAdminModule,
        HealthAdminModule,
      ],
    };
  }
}
