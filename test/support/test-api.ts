import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheModule } from '@app/cache';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId } from '@app/database';
import { configureHttp, httpAdapter, LongAnswersModule } from '@app/http';
import { JobsModule } from '@app/jobs';
import { createLogger } from '@app/logging';
import { StorageModule } from '@app/storage';
import { SessionsModule } from '@app/users/api';
import { type CanActivate, type ExecutionContext, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { Client } from './client.js';
import { createTestDatabase } from './database.js';
import { emptyRedis } from './redis.js';

/** Accepts the id in X-User as the caller's. The real guard has its own tests. */
@Injectable()
class NamedUserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest();
    request.user = { id: request.headers['x-user'], tokenHash: '' };
    return typeof request.user.id === 'string';
  }
}

export interface TestUser {
  id: string;
  email: string;
}

/**
 * A part of the api that listens on a free port, with a database, a Redis and a DATA_DIR of its own. There is no worker: jobs stay in
 * the outbox.
 * @example
 * const api = await TestApi.start([TasksHttpModule]);
 * const ada = await api.newUser();
 * const { status, body } = await api.clientOf(ada).get('/tasks/');
 */
export class TestApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly folder: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  /**
   * @param imports the modules under test; config, database, cache, jobs and storage are there already.
   * @param environment variables that differ from the defaults.
   * @param configure runs before the app listens, for example to register a Fastify plugin.
   */
  static async start(
    imports: NonNullable<ModuleMetadata['imports']>,
    environment: Record<string, string> = {},
    configure: (app: NestFastifyApplication) => Promise<void> = async () => {},
  ): Promise<TestApi> {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'test-api-'));
    const config = loadConfig({
      DATABASE_URL: database.url,
      REDIS_URL: await emptyRedis(),
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      ...environment,
    });

    @Module({
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot('test'),
        CacheModule,
        JobsModule,
        StorageModule,
        SessionsModule,
        LongAnswersModule,
        ...imports,
      ],
      providers: [{ provide: APP_GUARD, useClass: NamedUserGuard }],
    })
    class Api {}

    const logger = createLogger(config, 'test');
    const app = await NestFactory.create<NestFastifyApplication>(Api, httpAdapter(config, logger), {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    await configureHttp(app, config, logger);
    await configure(app);
    await app.listen(0, '127.0.0.1');
    return new TestApi(app, await app.getUrl(), folder, database.drop);
  }

  async stop(): Promise<void> {
    // fetch opens connections in advance. Node does not count one without a request as idle, and waits a minute for its first request.
    const timer = setTimeout(() => this.app.getHttpServer().closeAllConnections(), 500);
    await this.app.close();
    clearTimeout(timer);
    await this.dropDatabase();
    await rm(this.folder, { recursive: true });
  }

  get database(): DataSource {
    return this.app.get(DataSource);
  }

  /** A user in the database. */
  async newUser({ full_name = 'Ada Lovelace' } = {}): Promise<TestUser> {
    const id = newId();
    const email = `${id}@example.com`;
    await this.database.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, $2, 'ada', $3, '')`,
      [id, email, full_name],
    );
    return { id, email };
  }

  /** A client whose requests are this user's. */
  clientOf({ id }: Pick<TestUser, 'id'>): Client {
    return new Client(this.url, undefined, { 'x-user': id });
  }
}
