import { CacheModule } from '@app/cache';
import { type Config, ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, newId } from '@app/database';
import { configureHttp, httpAdapter } from '@app/http';
import { JobsModule } from '@app/jobs';
import { createLogger } from '@app/logging';
import { type CanActivate, type ExecutionContext, Injectable, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { createTestDatabase } from '../../../test/support/database.js';
import { emptyRedis } from '../../../test/support/redis.js';
import { TasksHttpModule } from '../src/tasks.http.module.js';

/** Whoever is named in X-User is that user; the real guard has tests of its own. */
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

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  body: any;
  headers: Record<string, string | undefined>;
}

interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
}

/** The tasks part of the api on a database and a Redis of its own. No worker: what is posted stays in the outbox. */
export class TasksApi {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly database: DataSource,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<TasksApi> {
    const database = await createTestDatabase();
    const config: Config = loadConfig({
      DATABASE_URL: database.url,
      REDIS_URL: await emptyRedis(),
      LOG_LEVEL: 'silent',
      ...environment,
    });

    @Module({
      imports: [ConfigModule.forRoot(config), DatabaseModule.forRoot('test'), CacheModule, JobsModule, TasksHttpModule],
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
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new TasksApi(app, app.get(DataSource), database.drop);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.dropDatabase();
  }

  async newUser(over: { full_name?: string } = {}): Promise<TestUser> {
    const id = newId();
    const email = `${id}@example.com`;
    await this.database.query(
      `INSERT INTO users (id, email, username, full_name, password_hash) VALUES ($1, $2, 'ada', $3, '')`,
      [id, email, over.full_name ?? 'Ada Lovelace'],
    );
    return { id, email };
  }

  /** `path` from /api/v1 on. */
  async ask(user: TestUser, method: string, path: string, { body, headers }: Ask = {}): Promise<Answer> {
    const answer = await this.app.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      headers: {
        'x-user': user.id,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      payload: body === undefined ? undefined : JSON.stringify(body),
    });
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
      headers: answer.headers as Answer['headers'],
    };
  }

  /** A task that is there; throws if it cannot be made. */
  async newTask(user: TestUser, over: object = {}): Promise<{ id: string; version: number; [field: string]: unknown }> {
    const { status, body } = await this.ask(user, 'POST', '/tasks/', { body: { title: 'Note G', ...over } });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  /** The mails that are to go to the user, and that have a job to send them. */
  mailsOf(user: TestUser): Promise<{ template: string; recipient: string; context: Record<string, unknown> }[]> {
    return this.database.query(
      `SELECT template, recipient, context FROM mails
        WHERE user_id = $1 AND id IN (SELECT (payload->>'mail_id')::uuid FROM outbox WHERE job = 'mail.send') ORDER BY id`,
      [user.id],
    );
  }
}
