import { CacheConnection, CacheModule, TagCache } from '@app/cache';
import { ConfigModule, loadConfig } from '@app/config';
import { NotFound } from '@app/problems';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Injectable,
  Module,
  Param,
  Query,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyRedis, startRedis } from '../../../test/support/redis.js';
import { callerOf } from '../src/caller.js';
import { PageQueryDto } from '../src/pagination.js';
import { ProblemFilter } from '../src/problems/problem.filter.js';
import { RateLimitGuard } from '../src/rate-limit/rate-limit.guard.js';
import { RateLimitModule } from '../src/rate-limit/rate-limit.module.js';
import { CachedGet, ConditionalGet } from '../src/response-cache/cached-get.decorators.js';
import { ReadAhead } from '../src/response-cache/read-ahead.js';
import { RouteTable } from '../src/server/route-table.js';
import { RequestValidationPipe } from '../src/validation.js';

// Real: Redis, Nest with Fastify. Fake: the caller (a header names the user) and what the handlers return (a variable).

let world = { version: 1, loads: 0 };

let readsAhead = true;
let guarded = 0;
/** What an onResponse hook saw, as logs and metrics do. */
let answered: string[] = [];
/** The owner of a token. A token that is not listed is the name of its owner. */
let owners: Record<string, string> = {};
const ownerOf = (token: string) => owners[token] ?? token;
const namedCaller = ({ headers: { authorization: token } }: FastifyRequest) =>
  token === undefined ? undefined : ownerOf(token);

/** As the real guard: reads ahead, and looks the token up in the same turn of the event loop. */
@Injectable()
class NamedCallerGuard implements CanActivate {
  constructor(
    private readonly readAhead: ReadAhead,
    private readonly cache: TagCache,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    guarded += 1;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: { id: string } }>();
    const token = request.headers.authorization;
    if (readsAhead && token !== undefined) this.readAhead.begin(request, token);
    await this.cache.findText({ key: `session:${token}`, tags: ['sessions'] });
    const id = namedCaller(request);
    if (id === 'unknown') throw new UnauthorizedException();
    if (id !== undefined) request.user = { id };
    return true;
  }
}

const known = () => {
  world.loads += 1;
  return { version: world.version, text: 'Grüße 🎉\n"' };
};

@Controller('things')
class ThingsController {
  @Get()
  @CachedGet({ tags: (_request, userId) => [`things:${userId}`] })
  list(
    @Req() request: FastifyRequest,
    @Query() { page }: PageQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    reply.header('Link', `<?page=${page}>; rel="self"`);
    return { ...known(), caller: callerOf(request), page };
  }

  @Get('tagged')
  @CachedGet({ tags: () => ['tagged'] })
  tagged(@Res({ passthrough: true }) reply: FastifyReply) {
    reply.header('ETag', `"v${world.version}"`);
    return known();
  }

  @Get('rows')
  @CachedGet({
    tags: () => ['rows'],
    volatile: {
      member: 'performance',
      again: (loaded: { index: string }, ms) => ({ ...loaded, cached: true, quick: ms < 1000 }),
    },
  })
  rows() {
    return { performance: { cached: false, index: 'used' }, ...known() };
  }

  @Get('long')
  @CachedGet({ tags: () => ['long'] })
  long() {
    return { ...known(), line: 'Grüße 🎉 '.repeat(1000) };
  }

  @Get('picky')
  @CachedGet({ tags: () => ['picky'], cacheable: ({ version }: { version: number }) => version > 1 })
  picky() {
    return known();
  }

  @Get('accepted')
  @HttpCode(202)
  @CachedGet({ tags: () => ['accepted'] })
  accepted() {
    return known();
  }

  @Get('live')
  @ConditionalGet()
  live() {
    return known();
  }

  @Get(':id')
  @CachedGet({ tags: () => ['things'] })
  missing(@Param('id') _id: string) {
    known();
    throw new NotFound({ what: 'thing' });
  }
}

const startApp = async (redisUrl: string, { limit = 1200 } = {}): Promise<NestFastifyApplication> => {
  @Module({
    imports: [
      ConfigModule.forRoot(loadConfig({ REDIS_URL: redisUrl, RATE_LIMIT_USER: String(limit) })),
      CacheModule,
      RateLimitModule,
    ],
    controllers: [ThingsController],
    providers: [
      ReadAhead,
      { provide: APP_GUARD, useClass: NamedCallerGuard },
      { provide: APP_GUARD, useExisting: RateLimitGuard },
    ],
  })
  class App {}
  const app = await NestFactory.create<NestFastifyApplication>(
    App,
    new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } }),
    { logger: false },
  );
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', async (request, reply) => {
      answered.push(`${request.routeOptions.url} ${reply.statusCode}`);
    });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(new RouteTable()));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
};

let app: NestFastifyApplication;
let cache: TagCache;

describe.each([
  ['an answer that was read ahead', true],
  ['an answer that the interceptor reads', false],
])('the response cache with %s', (_what, ahead) => {
  beforeAll(async () => {
    readsAhead = ahead;
    app = await startApp(await emptyRedis());
    cache = app.get(TagCache);
  });
  afterAll(async () => {
    readsAhead = true;
    await app.close();
  });
  beforeEach(async () => {
    world = { version: 1, loads: 0 };
    await cache.invalidate([
      'things:ann',
      'things:bob',
      'things:undefined',
      'tagged',
      'rows',
      'long',
      'picky',
      'accepted',
      'things',
    ]);
  });

  const get = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { authorization: 'ann', ...headers } });

  describe('a cached GET', () => {
    it('says MISS, then HIT, with the same bytes and headers', async () => {
      const [first, second] = [await get('/things?page=2'), await get('/things?page=2')];
      expect([first.headers['x-cache'], second.headers['x-cache']]).toEqual(['MISS', 'HIT']);
      expect(second.statusCode).toBe(200);
      expect(second.body).toBe(first.body);
      expect(second.json()).toEqual({ version: 1, text: 'Grüße 🎉\n"', caller: 'ann', page: 2 });
      for (const name of ['etag', 'link', 'content-type', 'cache-control', 'vary', 'content-length'])
        expect([name, second.headers[name]]).toEqual([name, first.headers[name]]);
      expect(second.headers.link).toBe('<?page=2>; rel="self"');
      expect(second.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(world.loads).toBe(1);
    });

    it('answers a long body with the same bytes', async () => {
      const [first, second] = [await get('/things/long'), await get('/things/long')];
      expect([first.headers['x-cache'], second.headers['x-cache']]).toEqual(['MISS', 'HIT']);
      expect(second.rawPayload).toEqual(first.rawPayload);
      expect(second.rawPayload.toString()).toContain('Grüße 🎉 Grüße 🎉');
      expect(second.headers['content-length']).toBe(String(second.rawPayload.length));
    });

    it('is loaded again after one of its tags is invalidated', async () => {
      await get('/things');
      world.version = 2;
      await cache.invalidate(['things:ann']);
      const { headers, body } = await get('/things');
      expect(headers['x-cache']).toBe('MISS');
      expect(JSON.parse(body).version).toBe(2);
    });

    it('gives no caller the answer of another caller', async () => {
      await get('/things');
      const other = await get('/things', { authorization: 'bob' });
      expect([other.headers['x-cache'], other.json().caller]).toEqual(['MISS', 'bob']);
      const nobody = await app.inject({ url: '/things' });
      expect([nobody.headers['x-cache'], nobody.json().caller]).toEqual(['MISS', undefined]);
    });

    it('recognises the same request in another spelling', async () => {
      await get('/things?page=2&page_size=3');
      expect((await get('/things/?page_size=3&page=2&nocache=false')).headers['x-cache']).toBe('HIT');
      expect((await get('/things?page=3&page_size=3')).headers['x-cache']).toBe('MISS');
    });

    it.each([
      ['?nocache=true', {}],
      ['', { 'cache-control': 'no-cache' }],
    ])('bypasses the cache for %s %o', async (query, headers) => {
      await get('/things');
      const { headers: answered } = await get(`/things${query}`, headers as Record<string, string>);
      expect(answered['x-cache']).toBe('BYPASS');
      expect(world.loads).toBe(2);
      expect((await get('/things')).headers['x-cache']).toBe('HIT');
    });

    it('lets browsers revalidate each time and other caches store nothing', async () => {
      const { headers } = await get('/things');
      expect(headers['cache-control']).toBe('private, no-cache');
      expect(headers.vary).toBe('Authorization');
    });

    it('stores neither a problem nor the answer to an invalid request', async () => {
      for (let i = 0; i < 2; i++) expect((await get('/things/7')).statusCode).toBe(404);
      expect(world.loads).toBe(2);
      const invalid = await get('/things?page=0');
      expect([invalid.statusCode, invalid.json().code, invalid.headers.etag]).toEqual([
        400,
        'validation_failed',
        undefined,
      ]);
    });

    it('stores no answer with another status and none that is not cacheable', async () => {
      for (const path of ['accepted', 'picky']) {
        await get(`/things/${path}`);
        expect((await get(`/things/${path}`)).headers['x-cache']).toBe('MISS');
      }
      world.version = 2;
      await get('/things/picky');
      expect((await get('/things/picky')).headers['x-cache']).toBe('HIT');
    });

    it('answers HEAD as GET without the body', async () => {
      const body = (await get('/things')).rawPayload;
      const head = await app.inject({ method: 'HEAD', url: '/things', headers: { authorization: 'ann' } });
      expect([head.statusCode, head.headers['x-cache'], head.headers['content-length'], head.body]).toEqual([
        200,
        'HIT',
        String(body.length),
        '',
      ]);
    });
  });

  describe('a conditional GET', () => {
    it.each(['/things', '/things/tagged', '/things/rows', '/things/live'])(
      'of %s is 304 for a client that has the answer',
      async (url) => {
        const { headers } = await get(url);
        const etag = String(headers.etag);
        for (const known of [etag, '*', `"other", ${etag}`, `W/${etag.replace('W/', '')}`]) {
          const again = await get(url, { 'if-none-match': known });
          expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
          expect(again.headers['cache-control']).toBe('private, no-cache');
          expect(again.headers.vary).toBe('Authorization');
          expect(again.headers['content-type']).toBeUndefined();
        }
        expect((await get(url, { 'if-none-match': '"other"' })).statusCode).toBe(200);
      },
    );

    it('is 200 once the resource has changed', async () => {
      const { headers } = await get('/things/live');
      world.version = 2;
      const { statusCode, body } = await get('/things/live', { 'if-none-match': String(headers.etag) });
      expect([statusCode, JSON.parse(body).version]).toEqual([200, 2]);
    });

    it('is 304 also when the client bypasses the cache', async () => {
      const { headers } = await get('/things');
      const again = await get('/things?nocache=true', { 'if-none-match': String(headers.etag) });
      expect([again.statusCode, again.headers['x-cache']]).toEqual([304, 'BYPASS']);
    });

    it("keeps the handler's own ETag", async () => {
      expect((await get('/things/tagged')).headers.etag).toBe('"v1"');
      const hit = await get('/things/tagged');
      expect([hit.headers['x-cache'], hit.headers.etag]).toEqual(['HIT', '"v1"']);
    });
  });

  describe('a volatile member', () => {
    it('stands last, is computed again for a hit, and is not part of the ETag, which is weak', async () => {
      const [first, second] = [await get('/things/rows'), await get('/things/rows')];
      expect(Object.keys(first.json())).toEqual(['version', 'text', 'performance']);
      expect(first.json().performance).toEqual({ cached: false, index: 'used' });
      expect(second.headers['x-cache']).toBe('HIT');
      expect(second.json()).toEqual({
        ...first.json(),
        performance: { cached: true, index: 'used', quick: true },
      });
      expect(second.headers.etag).toBe(first.headers.etag);
      expect(first.headers.etag).toMatch(/^W\//);
    });
  });
});

describe('cached GETs without Redis', () => {
  it('are answered, and cached again when Redis is back', async () => {
    const redis = await startRedis();
    const lonely = await startApp(redis.url);
    const ask = async () => {
      const { statusCode, headers } = await lonely.inject({ url: '/things', headers: { authorization: 'ann' } });
      return [statusCode, headers['x-cache']];
    };
    await ask();
    expect(await ask()).toEqual([200, 'HIT']);
    await redis.stop('SIGKILL');
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual([200, 'BYPASS']);
    await redis.start();
    await expect.poll(ask, { timeout: 10_000 }).toEqual([200, 'HIT']);
    await lonely.close();
    await redis.remove();
  });
});

describe('a cached answer', () => {
  let own: NestFastifyApplication;
  beforeAll(async () => {
    own = await startApp(await emptyRedis(), { limit: 4 });
  });
  afterAll(() => own.close());
  const ask = (caller: string) => own.inject({ url: '/things', headers: { authorization: caller } });
  const mgets = async () => {
    const stats = await own.get(CacheConnection).redis.info('commandstats');
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };

  it('passes the guard and does not reach the handler', async () => {
    await ask('ann');
    const before = { guarded, loads: world.loads };
    expect((await ask('ann')).headers['x-cache']).toBe('HIT');
    expect({ guarded, loads: world.loads }).toEqual({ guarded: before.guarded + 1, loads: before.loads });
  });

  it('is read together with the token, in one MGET', async () => {
    for (let i = 0; i < 2; i++) await ask('gil');
    const before = await mgets();
    expect((await ask('gil')).headers['x-cache']).toBe('HIT');
    expect((await mgets()) - before).toBe(1);
  });

  it('is never that of a user whom the token no longer belongs to', async () => {
    owners = { token: 'dan' };
    await ask('token');
    expect((await ask('token')).json().caller).toBe('dan');
    owners = { token: 'eve' };
    for (let i = 0; i < 2; i++) expect((await ask('token')).json().caller).toBe('eve');
    owners = { token: 'unknown' };
    expect((await ask('token')).headers['x-cache']).toBeUndefined();
    owners = {};
  });

  it('counts once for its user, and is refused over the limit like any other answer', async () => {
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await ask('bob'));
    expect(answers.map(({ headers }) => headers['x-cache'])).toEqual(['MISS', 'HIT', 'HIT', 'HIT', undefined]);
    expect(answers[3]?.headers.ratelimit).toContain('"user";r=0');
    expect([answers[4]?.statusCode, answers[4]?.json().code]).toEqual([429, 'rate_limited']);
  });

  it('is not given to an unknown caller, whom the guard refuses', async () => {
    await own.inject({ url: '/things' });
    expect((await ask('unknown')).statusCode).toBeGreaterThanOrEqual(400);
    expect((await ask('unknown')).headers['x-cache']).toBeUndefined();
  });

  it('has the headers that earlier hooks set, and is seen by later hooks', async () => {
    const { headers } = await ask('cid');
    answered = [];
    expect((await ask('cid')).headers['ratelimit-policy']).toBe(headers['ratelimit-policy']);
    await vi.waitFor(() => expect(answered).toEqual(['/things 200']));
  });
});
