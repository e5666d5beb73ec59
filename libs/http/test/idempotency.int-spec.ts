import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigModule, loadConfig } from '@app/config';
import { DatabaseModule, Transactions } from '@app/database';
import { defineProblem, NotFound } from '@app/problems';
import { StorageModule } from '@app/storage';
import { Body, type CanActivate, Controller, type ExecutionContext, HttpCode, Module, Post, Res } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { IdempotencyModule } from '../src/idempotency/idempotency.module.js';
import { IdempotencyCleanup } from '../src/idempotency/idempotency-cleanup.js';
import { IdempotencyStore } from '../src/idempotency/idempotency-store.js';
import { IdempotencyOf, Idempotent } from '../src/idempotency/idempotent.js';
import type { Idempotency } from '../src/idempotency/idempotent-request.js';
import { ProblemFilter } from '../src/problems/problem.filter.js';
import { RouteTable } from '../src/server/route-table.js';
import { RequestValidationPipe } from '../src/validation.js';

// Real: PostgreSQL, Nest with Fastify. Fake: the caller (a header names the user). Each created thing is a row of `things`.

const LOCK_MS = 1_000;
const Taken = defineProblem('thing_taken', {
  status: 409,
  title: 'Taken',
  detail: 'Taken.',
  headers: { 'X-Extra': 'no' },
});

/** What the handlers do at the points where the tests interfere. */
let script: { beforeCommit?: () => Promise<void>; afterCommit?: () => void } = {};

class ThingDto {
  @IsString() name: string;
  @IsOptional() note?: unknown;
}

class NamedCallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: { id: string } }>();
    const id = request.headers['x-caller'];
    if (typeof id === 'string') request.user = { id };
    return true;
  }
}

@Controller('things')
class ThingsController {
  constructor(private readonly transactions: Transactions) {}

  private async make(name: string): Promise<{ id: number; name: string }> {
    const made = await this.transactions.run(async ({ manager }) => {
      const [row] = await manager.query('INSERT INTO things (name) VALUES ($1) RETURNING id, name', [name]);
      await script.beforeCommit?.();
      return row;
    });
    script.afterCommit?.();
    return made;
  }

  @Post()
  @Idempotent()
  async create(@Body() { name }: ThingDto, @Res({ passthrough: true }) reply: FastifyReply) {
    const thing = await this.make(name);
    reply.headers({ location: `/things/${thing.id}/`, 'x-other': 'of this request only' });
    return thing;
  }

  @Post('repeatable')
  @HttpCode(200)
  @Idempotent({ repeatable: true })
  repeatable(@Body() { name }: ThingDto) {
    return this.make(name);
  }

  @Post('single')
  @Idempotent()
  single(@Body() { name }: ThingDto) {
    return this.transactions.runOne(async ({ manager }) => {
      await manager.query('INSERT INTO things (name) VALUES ($1)', [name]);
      return { name };
    });
  }

  @Post('silent')
  @HttpCode(204)
  @Idempotent()
  async silent(@Body() { name }: ThingDto): Promise<void> {
    await this.make(name);
  }

  @Post('about')
  @Idempotent({ subject: (body) => String((body as ThingDto).name) })
  about(@Body() { name }: ThingDto) {
    return this.make(name);
  }

  @Post('late')
  @Idempotent({ late: true })
  async late(@Body() { name }: ThingDto, @IdempotencyOf() idempotency: Idempotency) {
    await idempotency.begin(Buffer.from(name));
    return this.make(name);
  }

  @Post('taken')
  @Idempotent()
  taken() {
    script.afterCommit?.();
    throw new Taken({}, {});
  }

  @Post('missing')
  @Idempotent()
  missing() {
    throw new NotFound({ what: 'thing' });
  }
}

let database: TestDatabase;
let app: NestFastifyApplication;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'idempotency-'));
  const config = loadConfig({ DATABASE_URL: database.url, DATA_DIR: folder, IDEMPOTENCY_LOCK_MS: String(LOCK_MS) });
  @Module({
    imports: [ConfigModule.forRoot(config), DatabaseModule.forRoot('test'), StorageModule, IdempotencyModule],
    controllers: [ThingsController],
    providers: [{ provide: APP_GUARD, useClass: NamedCallerGuard }],
  })
  class App {}
  app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(new RouteTable()));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  dataSource = app.get(DataSource);
  await dataSource.query('CREATE TABLE things (id int GENERATED ALWAYS AS IDENTITY, name text)');
});
afterAll(async () => {
  await app.close();
  await database.drop();
});
beforeEach(async () => {
  script = {};
  vi.restoreAllMocks();
  await dataSource.query('TRUNCATE things, idempotency_keys');
});

const post = async (
  path: string,
  payload: object,
  { key, caller = 'ann' }: { key?: string; caller?: string | null } = {},
) => {
  const { statusCode, headers, body } = await app.inject({
    method: 'POST',
    url: `/things${path}`,
    payload,
    headers: { ...(key !== undefined && { 'idempotency-key': key }), ...(caller !== null && { 'x-caller': caller }) },
  });
  return { status: statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
};
const things = async (): Promise<string[]> =>
  (await dataSource.query('SELECT name FROM things ORDER BY id')).map((row: { name: string }) => row.name);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const newGate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('a POST with an Idempotency-Key', () => {
  it('is carried out once and gets the same answer again', async () => {
    const first = await post('', { name: 'a' }, { key: 'k' });
    const second = await post('', { name: 'a' }, { key: 'k' });
    expect(first).toMatchObject({ status: 201, body: { name: 'a' } });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.location).toBe(first.headers.location);
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.headers['x-other']).toBeUndefined();
    expect([first, second].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(await things()).toEqual(['a']);
  });

  it('is carried out each time without the key', async () => {
    for (let i = 0; i < 2; i++) await post('', { name: 'a' });
    expect(await things()).toEqual(['a', 'a']);
  });

  it('records its effect with a change of a single statement', async () => {
    expect((await post('/single', { name: 'a' }, { key: 'k' })).status).toBe(201);
    const found = await dataSource.query('SELECT effect_at IS NOT NULL AS recorded FROM idempotency_keys');
    expect(found).toEqual([{ recorded: true }]);
  });

  it('is the same request with its members in another order', async () => {
    await post('', { name: 'a', note: { x: 1, y: [2] } }, { key: 'k' });
    const again = await post('', { note: { y: [2], x: 1 }, name: 'a' }, { key: 'k' });
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
  });

  it('is refused for another body, address or query', async () => {
    await post('', { name: 'a' }, { key: 'k' });
    for (const [path, name] of [
      ['', 'b'],
      ['/repeatable', 'a'],
      ['?x=1', 'a'],
    ] as const)
      expect(await post(path, { name }, { key: 'k' })).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused' },
      });
    expect(await things()).toEqual(['a']);
  });

  it("is independent of another caller's request with the same key", async () => {
    await post('', { name: 'a' }, { key: 'k' });
    expect((await post('', { name: 'b' }, { key: 'k', caller: 'bob' })).status).toBe(201);
    expect(await things()).toEqual(['a', 'b']);
  });

  it('without a caller belongs to the subject of the request', async () => {
    const about = (name: string) => post('/about', { name }, { key: '1', caller: null });
    const first = await about('a');
    expect((await about('b')).status).toBe(201);
    expect((await about('a')).body).toEqual(first.body);
    expect(await things()).toEqual(['a', 'b']);
  });

  it('gets an answer without a body again when the first answer had none', async () => {
    await post('/silent', { name: 'a' }, { key: 'k' });
    expect(await post('/silent', { name: 'a' }, { key: 'k' })).toMatchObject({
      status: 204,
      body: undefined,
      headers: { 'idempotency-replayed': 'true' },
    });
    expect(await things()).toEqual(['a']);
  });

  it('is carried out once when many arrive at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('', { name: 'a' }, { key: 'k' })));
    expect(await things()).toEqual(['a']);
    for (const { status, body, headers } of answers) {
      if (status === 201) expect(body.name).toBe('a');
      else {
        expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect(answers.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed'])).toHaveLength(1);
  });

  it.each(['a b', '', 'é'.normalize(), 'x'.repeat(256)])('is refused with the key %j', async (key) => {
    expect(await post('', { name: 'a' }, { key })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_invalid' },
    });
    expect(await things()).toEqual([]);
  });

  it('stores neither its key nor a plain hash of its body', async () => {
    await post('/about', { name: 'hunter2' }, { key: 'my-key', caller: null });
    const [row] = await dataSource.query(
      "SELECT k::text AS all, encode(sha256($1), 'hex') AS plain FROM idempotency_keys k",
      [Buffer.from('{"name":"hunter2"}')],
    );
    expect(row.all).not.toContain('my-key');
    expect(row.all).not.toContain(row.plain);
  });
});

describe('an answer', () => {
  it('is stored as the client saw it when it is a refusal', async () => {
    let asked = 0;
    script.afterCommit = () => {
      asked += 1;
    };
    const first = await post('/taken', {}, { key: 'k' });
    const second = await post('/taken', {}, { key: 'k' });
    expect(second).toMatchObject({
      status: 409,
      body: { ...first.body, code: 'thing_taken', instance: '/things/taken' },
    });
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(asked).toBe(1);
    const missing = [await post('/missing', {}, { key: 'm' }), await post('/missing', {}, { key: 'm' })];
    expect(missing.map(({ status, body }) => [status, body.code])).toEqual(Array(2).fill([404, 'not_found']));
  });

  it('to an invalid request is not stored, so the request can be corrected', async () => {
    expect((await post('', { nom: 'a' }, { key: 'k' })).status).toBe(400);
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(201);
  });

  it('that failed before the request took effect releases the key', async () => {
    script.beforeCommit = () => Promise.reject(new Error('broken'));
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(500);
    script = {};
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(201);
    expect(await things()).toEqual(['a']);
  });

  it('that failed after the request took effect never lets it take effect again', async () => {
    script.afterCommit = () => {
      throw new Error('broken');
    };
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(500);
    script = {};
    for (let i = 0; i < 2; i++)
      expect(await post('', { name: 'a' }, { key: 'k' })).toMatchObject({
        status: 409,
        body: { code: 'idempotency_answer_lost' },
      });
    expect(await things()).toEqual(['a']);
  });

  it('is sent even if it cannot be stored, and the request is not carried out again', async () => {
    vi.spyOn(app.get(IdempotencyStore), 'complete').mockRejectedValueOnce(new Error('no database'));
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(201);
    expect((await post('', { name: 'a' }, { key: 'k' })).body.code).toBe('idempotency_in_progress');
    await sleep(LOCK_MS + 50);
    expect((await post('', { name: 'a' }, { key: 'k' })).body.code).toBe('idempotency_answer_lost');
    expect(await things()).toEqual(['a']);
  });

  it('that was lost is made again when the request is repeatable', async () => {
    vi.spyOn(app.get(IdempotencyStore), 'complete').mockRejectedValueOnce(new Error('no database'));
    await post('/repeatable', { name: 'a' }, { key: 'k' });
    await sleep(LOCK_MS + 50);
    const again = await post('/repeatable', { name: 'a' }, { key: 'k' });
    expect(again.status).toBe(200);
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    expect((await post('/repeatable', { name: 'a' }, { key: 'k' })).headers['idempotency-replayed']).toBe('true');
  });

  it('expires after IDEMPOTENCY_TTL and is then deleted', async () => {
    await post('', { name: 'a' }, { key: 'k' });
    await post('', { name: 'a' }, { key: 'kept' });
    const expire = () =>
      dataSource.query("UPDATE idempotency_keys SET expires_at = now() WHERE key_hash = sha256('k')");
    await expire();
    expect((await post('', { name: 'b' }, { key: 'k' })).status).toBe(201);
    await expire();
    await app.get(IdempotencyCleanup).run();
    expect(await dataSource.query("SELECT key_hash = sha256('kept') AS kept FROM idempotency_keys")).toEqual([
      { kept: true },
    ]);
  });
});

describe('a request whose process stopped or stalled', () => {
  it('is carried out by a retry after its lock has expired', async () => {
    const store = app.get(IdempotencyStore);
    vi.spyOn(store, 'release').mockResolvedValueOnce();
    script.beforeCommit = () => Promise.reject(new Error('killed'));
    await post('', { name: 'a' }, { key: 'k' });
    script = {};
    expect((await post('', { name: 'a' }, { key: 'k' })).body.code).toBe('idempotency_in_progress');
    await sleep(LOCK_MS + 50);
    expect((await post('', { name: 'a' }, { key: 'k' })).status).toBe(201);
    expect(await things()).toEqual(['a']);
  });

  it('cannot commit after a retry has claimed its key', async () => {
    const gate = newGate();
    const claimed = newGate();
    script.beforeCommit = () => {
      claimed.open();
      return gate.opened;
    };
    const stalled = post('', { name: 'a' }, { key: 'k' });
    await claimed.opened;
    script = {};
    await sleep(LOCK_MS + 50);
    const retried = await post('', { name: 'a' }, { key: 'k' });
    expect(retried.status).toBe(201);
    gate.open();
    expect(await stalled).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
    expect(await things()).toEqual(['a']);
    expect((await post('', { name: 'a' }, { key: 'k' })).body).toEqual(retried.body);
  });

  it('is not taken over by a different request', async () => {
    vi.spyOn(app.get(IdempotencyStore), 'release').mockResolvedValueOnce();
    script.beforeCommit = () => Promise.reject(new Error('killed'));
    await post('', { name: 'a' }, { key: 'k' });
    script = {};
    await sleep(LOCK_MS + 50);
    expect((await post('', { name: 'b' }, { key: 'k' })).body.code).toBe('idempotency_key_reused');
  });
});

describe('a handler that claims its key late', () => {
  it('sends the first answer from the point where it claims the key', async () => {
    const first = await post('/late', { name: 'a' }, { key: 'k' });
    const second = await post('/late', { name: 'a' }, { key: 'k' });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect((await post('/late', { name: 'b' }, { key: 'k' })).status).toBe(422);
    expect(await things()).toEqual(['a']);
  });

  it('works without a key', async () => {
    for (let i = 0; i < 2; i++) expect((await post('/late', { name: 'a' })).status).toBe(201);
    expect(await things()).toEqual(['a', 'a']);
  });
});
