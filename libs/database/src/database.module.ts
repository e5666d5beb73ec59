import { CONFIG, type Config } from '@app/config';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { databaseAddress, requireCurrentSchema, requireFitServer, UnfitDatabase } from './fitness.js';
import { Transactions } from './transactions.js';

const connect = async (source: DataSource, url: string): Promise<DataSource> => {
  try {
    return await source.initialize();
  } catch (error) {
    const reason = (error as Error).message || (error as NodeJS.ErrnoException).code;
    throw new UnfitDatabase(`PostgreSQL at ${databaseAddress(url)} cannot be reached: ${reason}.`, { cause: error });
  }
};

/** The one data source of a process. Boot fails in one sentence when the server or the schema is not what this release needs. */
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
            retryAttempts: 0,
          }),
          dataSourceFactory: async (options) => {
            if (!options) throw new Error('TypeOrmModule gave no options.');
            const source = await connect(new DataSource(options), (options as { url: string }).url);
            await requireFitServer(source);
            await requireCurrentSchema(source);
            return source;
          },
        }),
      ],
      providers: [Transactions],
      exports: [Transactions, TypeOrmModule],
    };
  }
}
