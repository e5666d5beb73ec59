import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheModule } from '@app/cache';
import { type Config, ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId } from '@app/database';
import { configureHttp, httpAdapter, IdempotencyModule } from '@app/http';
import { JobsModule } from '@app/jobs';
import { createLogger } from '@app/logging';
import { StorageModule } from '@app/storage';
import multipart from '@fastify/multipart';
import { type CanActivate, type ExecutionContext, Injectable, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createTestDatabase } from '../../../../test/support/database.js';
import { emptyRedis } from '../../../../test/support/redis.js';
import { CsvHttpModule } from '../../src/csv.http.module.js';

/** Whoever is named in X-User is that user; the real guard has tests of its own. */
@Injectable()
class NamedUserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest();
    request.user = { id: request.headers['x-user'], tokenHash: '' };
    return typeof request.user.id === 'string';
  }
}

/** The uploads part of the api, listening, on a database, a Redis and a folder of its own. */
export class UploadsApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly base: string,
    readonly folder: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<UploadsApi> {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'uploads-api-'));
    const config: Config = loadConfig({
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
        IdempotencyModule,
        CsvHttpModule,
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
    await app.register(multipart as never);
    await app.listen(0, '127.0.0.1');
    return new UploadsApi(app, await app.getUrl(), folder, database.drop);
  }

  async stop(): Promise<void> {
    // Connections that fetch opened in advance and never used are not idle to Node: it would wait a minute for their first request.
    const impatience = setTimeout(() => this.app.getHttpServer().closeAllConnections(), 2_000);
    await this.app.close();
    clearTimeout(impatience);
    await this.dropDatabase();
    await rm(this.folder, { recursive: true });
  }

  get db(): DataSource {
    return this.app.get(DataSource);
  }

  async newUser(): Promise<string> {
    const id = newId();
    await this.db.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, $2, 'u', 'U', '')`,
      [id, `${id}@example.org`],
    );
    return id;
  }

  call(user: string, method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.base}/api/v1/csv-data/uploads/${path}`, {
      ...init,
      method,
      headers: { 'x-user': user, ...(init.headers as Record<string, string>) },
    });
  }

  post(
    user: string,
    content: string | Uint8Array,
    { name = 'table.csv', query = '', headers = {} } = {},
  ): Promise<Response> {
    const form = new FormData();
    form.append('file', new File([content as Uint8Array<ArrayBuffer>], name));
    return this.call(user, 'POST', query && `?${query}`, { body: form, headers });
  }

  /** A bare connection, for clients that do not behave. */
  async connect(): Promise<Socket> {
    const { hostname, port } = new URL(this.base);
    const socket = createConnection({ host: hostname, port: Number(port) });
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  /** Names of committed files and of drafts. */
  async files(): Promise<{ stored: string[]; drafts: string[] }> {
    const uploads = join(this.folder, 'uploads');
    const stored = (await readdir(uploads)).filter((name) => name !== '.drafts');
    return { stored, drafts: await readdir(join(uploads, '.drafts')) };
  }

  async removeStoredFiles(): Promise<void> {
    for (const name of (await this.files()).stored) await rm(join(this.folder, 'uploads', name));
  }

  /** What a refused upload must not leave behind. */
  async traces(user: string): Promise<{ stored: number; drafts: number; uploads: number; jobs: number }> {
    const { stored, drafts } = await this.files();
    const [{ uploads }] = await this.db.query('SELECT count(*)::int AS uploads FROM csv_uploads WHERE user_id = $1', [
      user,
    ]);
    const [{ jobs }] = await this.db.query('SELECT count(*)::int AS jobs FROM outbox');
    return { stored: stored.length, drafts: drafts.length, uploads, jobs };
  }

  async jobs(): Promise<{ job: string; payload: Record<string, unknown> }[]> {
    return this.db.query('SELECT job, payload FROM outbox ORDER BY id');
  }
}
