import { CONFIG, type Config } from '@app/config';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { LimitedReads } from './limited-reads.js';
import { ReadReplica } from './read-replica.js';
import { Statements } from './statements.js';
import { Transactions } from './transactions.js';

/** The data source of a process, and its replica if there is one. pg_stat_activity shows its application name. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(applicationName: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [CONFIG],
          useFactory: (config: Config) => ({
            ...dataSourceOptions(config, applicationName),
            autoLoadEntities: true,
            retryAttempts: 3,
            retryDelay: 500,
          }),
        }),
      ],
      providers: [
        LimitedReads,
        Statements,
        Transactions,
        {
          provide: ReadReplica,
          inject: [CONFIG, DataSource],
          useFactory: (config: Config, dataSource: DataSource) => new ReadReplica(config, dataSource, applicationName),
        },
      ],
      exports: [LimitedReads, ReadReplica, Statements, Transactions, TypeOrmModule],
    };
  }
}
