import { CacheModule } from '@app/cache';
import { ConfigModule, loadConfig } from '@app/config';
import { Body, type CanActivate, Controller, type ExecutionContext, Get, HttpCode, Module, Post } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyRedis, startRedis } from '../../../test/support/redis.js';
import { ProblemFilter } from '../src/problems/problem.filter.js';
import { WINDOW_SECONDS } from '../src/rate-limit/rate-counters.js';
import { RateLimitGuard, TightlyLimited } from '../src/rate-limit/rate-limit.guard.js';
import { RateLimitModule } from '../src/rate-limit/rate-limit.module.js';
import { RouteTable } from '../src/server/route-table.js';

// Real: Redis, Nest with Fastify, two applications as two processes. Fake: the caller (a header names the user).

class NamedCallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: { id: string } }>();
    const id = request.headers['x-caller'];
    if (typeof id === 'string') request.user = { id };
    return true;
  }
}

@Controller()
class ThingsController {
  @Get('things')
  things() {
    return [];
  }

  @Post('login')
  @HttpCode(200)
  @TightlyLimited('login', (body) => (body as { email?: unknown } | undefined)?.email)
  login(@Body() body: object) {
    return body;
  }

  @Post('register')
  @TightlyLimited('register', (body) => (body as { email?: unknown } | undefined)?.email)
  register(@Body() body: object) {
    return body;
  }
}

const LIMITS = {
  RATE_LIMIT_USER: '5',
  RATE_LIMIT_ADDRESS: '50',
  RATE_LIMIT_LOGIN_ACCOUNT: '3',
  RATE_LIMIT_LOGIN_ACCOUNT_ADDRESS: '3',
  RATE_LIMIT_LOGIN_ADDRESS: '6',
  RATE_LIMIT_REGISTER_ACCOUNT: '2',
  RATE_LIMIT_REGISTER_ADDRESS: '4',
};

let redisUrl: string;
const apps: NestFastifyApplication[] = [];
beforeEach(async () => {
  redisUrl = await emptyRedis();
  // A test that crosses the end of a window would start to count from zero.
  const left = WINDOW_SECONDS * 1000 - (Date.now() % (WINDOW_SECONDS * 1000));
  if (left < 5_000) await new Promise((resolve) => setTimeout(resolve, left));
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const startApp = async (environment: Record<string, string> = {}, trustProxy: boolean | string = false) => {
  @Module({
    imports: [
      ConfigModule.forRoot(loadConfig({ REDIS_URL: redisUrl, ...LIMITS, ...environment })),
      CacheModule,
      RateLimitModule,
    ],
    controllers: [ThingsController],
    providers: [
      { provide: APP_GUARD, useClass: NamedCallerGuard },
      { provide: APP_GUARD, useExisting: RateLimitGuard },
    ],
  })
  class App {}
  const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter({ trustProxy }), {
    logger: false,
  });
  app.useGlobalFilters(new ProblemFilter(new RouteTable()));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  apps.push(app);
  return app;
};

interface From {
  caller?: string;
  address?: string;
  forwarded?: string;
}
const get = (app: NestFastifyApplication, { caller, address = '192.0.2.1', forwarded }: From = {}, url = '/things') =>
  app.inject({
    url,
    remoteAddress: address,
    headers: { ...(caller && { 'x-caller': caller }), ...(forwarded && { 'x-forwarded-for': forwarded }) },
  });
const attempt = (app: NestFastifyApplication, email: unknown, { address = '192.0.2.1' }: From = {}, url = '/login') =>
  app.inject({ method: 'POST', url, remoteAddress: address, payload: { email } });
const times = async (n: number, ask: (i: number) => Promise<{ statusCode: number }>) => {
  const statuses: number[] = [];
  for (let i = 0; i < n; i++) statuses.push((await ask(i)).statusCode);
  return statuses;
};
const shared = () => new Promise((resolve) => setTimeout(resolve, 400));

describe('a limited api', () => {
  it('refuses only the user over the quota, with the problem and its headers', async () => {
    const app = await startApp();
    expect(await times(5, () => get(app, { caller: 'ann' }))).toEqual(Array(5).fill(200));
    const refused = await get(app, { caller: 'ann' });
    expect([refused.statusCode, refused.json().code, refused.json().policy]).toEqual([429, 'rate_limited', 'user']);
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.json().retry_after_seconds).toBe(wait);
    expect(refused.headers.ratelimit).toContain(`"user";r=0;t=${wait}`);
    expect((await get(app, { caller: 'bob' })).statusCode).toBe(200);
  });

  it('shows the limits and what is left of them', async () => {
    const app = await startApp();
    await get(app, { caller: 'ann' });
    const { headers } = await get(app, { caller: 'ann' });
    expect(headers['ratelimit-policy']).toBe('"address";q=50;w=60, "user";q=5;w=60');
    expect(headers.ratelimit).toMatch(/^"address";r=48;t=\d+, "user";r=3;t=\d+$/);
  });

  it('refuses an address over its quota for every user and every route', async () => {
    const app = await startApp();
    await times(50, (i) => get(app, { caller: `u${i}` }));
    expect((await get(app, { caller: 'new' })).json()).toMatchObject({ status: 429, policy: 'address' });
    expect((await get(app, {}, '/nowhere')).statusCode).toBe(429);
    expect((await get(app, { caller: 'new', address: '192.0.2.2' })).statusCode).toBe(200);
  });

  it('counts a whole /64 of IPv6 as one address', async () => {
    const app = await startApp();
    await times(50, (i) => get(app, { address: `2001:db8::${i + 1}` }));
    expect((await get(app, { address: '2001:db8::ffff' })).statusCode).toBe(429);
    expect((await get(app, { address: '2001:db8:0:1::1' })).statusCode).toBe(200);
  });

  it('accepts X-Forwarded-For from a trusted proxy only', async () => {
    const [open, proxied] = [await startApp(), await startApp({ REDIS_PREFIX: 'proxied' }, '192.0.2.1')];
    await times(50, (i) => get(open, { forwarded: `198.51.100.${i}` }));
    expect((await get(open, { forwarded: '198.51.100.99' })).statusCode).toBe(429);
    await times(50, (i) => get(proxied, { forwarded: `198.51.100.${i}` }));
    expect((await get(proxied, { forwarded: '198.51.100.99' })).statusCode).toBe(200);
  });

  it('sees the counts of other processes within 400 ms', async () => {
    const [one, two] = [await startApp(), await startApp()];
    await times(3, () => get(one, { caller: 'ann' }));
    await get(two, { caller: 'ann' });
    await shared();
    expect(await times(3, () => get(two, { caller: 'ann' }))).toEqual([200, 429, 429]);
    // A process reads the counts of the others when it sends its own.
    await get(one, { caller: 'ann' });
    await shared();
    expect((await get(one, { caller: 'ann' })).statusCode).toBe(429);
  });

  it('limits nothing when it is off', async () => {
    const app = await startApp({ RATE_LIMIT: 'off' });
    expect(await times(60, () => get(app, { caller: 'ann' }))).toEqual(Array(60).fill(200));
    expect(await times(10, () => attempt(app, 'a@x.test'))).toEqual(Array(10).fill(200));
    expect((await get(app)).headers.ratelimit).toBeUndefined();
  });

  it('leaves no key without expiry in Redis', async () => {
    const app = await startApp();
    await get(app, { caller: 'ann' });
    await attempt(app, 'a@x.test');
    await shared();
    const { Redis } = await import('ioredis');
    const redis = new Redis(redisUrl);
    const keys = (await redis.keys('*')).filter((key) => key.includes(':r:'));
    expect(keys).toHaveLength(5);
    for (const key of keys) {
      expect(await redis.ttl(key)).toBeGreaterThan(0);
      expect(key).not.toContain('a@x.test');
    }
    redis.disconnect();
  });
});

describe('attempts at accounts', () => {
  it('are limited per account, in any spelling, exactly and over all processes', async () => {
    const [one, two] = [await startApp(), await startApp()];
    const spellings = ['a@x.test', 'A@X.test', ' a@x.test '];
    expect(await times(3, (i) => attempt(i % 2 ? one : two, spellings[i], { address: `192.0.2.${i}` }))).toEqual([
      200, 200, 200,
    ]);
    const refused = await attempt(one, 'a@x.test', { address: '192.0.2.9' });
    expect(refused.json()).toMatchObject({ status: 429, policy: 'login-account' });
    expect((await attempt(two, 'b@x.test', { address: '192.0.2.9' })).statusCode).toBe(200);
  });

  it('of a stranger do not keep the owner of the account out', async () => {
    const app = await startApp({ RATE_LIMIT_LOGIN_ACCOUNT: '5' });
    const stranger = { address: '198.51.100.1' };
    expect(await times(5, () => attempt(app, 'a@x.test', stranger))).toEqual([200, 200, 200, 429, 429]);
    expect((await attempt(app, 'a@x.test', stranger)).json().policy).toBe('login-account-address');
    expect((await attempt(app, 'a@x.test')).statusCode).toBe(200);
    // All addresses together are limited too.
    await attempt(app, 'a@x.test', { address: '203.0.113.1' });
    const refused = await attempt(app, 'a@x.test', { address: '203.0.113.2' });
    expect(refused.json()).toMatchObject({ status: 429, policy: 'login-account' });
  });

  it('count for one account in every case that PostgreSQL takes for the same', async () => {
    const app = await startApp();
    const forms = ['victim@x.test', 'vİctim@x.test', ' VICTIM@X.test'];
    expect(await times(3, (i) => attempt(app, forms[i]))).toEqual([200, 200, 200]);
    expect((await attempt(app, 'vİctİm@x.test')).statusCode).toBe(429);
  });

  it('are limited per address, over all processes', async () => {
    const [one, two] = [await startApp(), await startApp()];
    expect(await times(6, (i) => attempt(i % 2 ? one : two, `${i}@x.test`))).toEqual(Array(6).fill(200));
    expect((await attempt(one, 'new@x.test')).json()).toMatchObject({ status: 429, policy: 'login-address' });
    expect((await attempt(one, 'new@x.test', { address: '192.0.2.2' })).statusCode).toBe(200);
  });

  it('to register have limits of their own', async () => {
    const app = await startApp();
    await times(6, (i) => attempt(app, `${i}@x.test`));
    const register = (email: string) => attempt(app, email, {}, '/register');
    expect(await times(4, (i) => register(`${i % 3}@x.test`))).toEqual(Array(4).fill(201));
    expect((await register('new@x.test')).json().policy).toBe('register-address');
  });

  it.each([[{}], [undefined], [['a@x.test']], [7]])(
    'with %j for an email count for the address alone',
    async (email) => {
      const app = await startApp();
      expect(await times(6, () => attempt(app, email))).toEqual(Array(6).fill(200));
      expect((await attempt(app, email)).statusCode).toBe(429);
    },
  );
});

describe('limits without Redis', () => {
  it('hold within each process at once, and over all processes when Redis is back', async () => {
    const redis = await startRedis();
    redisUrl = redis.url;
    const [one, two] = [await startApp(), await startApp()];
    await attempt(one, 'a@x.test');
    await redis.stop('SIGKILL');
    await times(2, () => attempt(one, 'a@x.test'));
    const from = performance.now();
    expect((await attempt(one, 'a@x.test')).statusCode).toBe(429);
    expect(await times(6, () => get(one, { caller: 'ann' }))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(performance.now() - from).toBeLessThan(200);
    expect((await attempt(two, 'a@x.test')).statusCode).toBe(200);

    await redis.start();
    await expect
      .poll(
        async () => {
          await get(one, { caller: 'ann' });
          await get(two, { caller: 'ann' });
          return (await get(two, { caller: 'ann' })).statusCode;
        },
        { timeout: 5_000 },
      )
      .toBe(429);
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await redis.remove();
  });

  it('are enforced without a wait when Redis hangs', async () => {
    const redis = await startRedis();
    redisUrl = redis.url;
    const app = await startApp();
    redis.pause();
    await attempt(app, 'a@x.test');
    const from = performance.now();
    expect(await times(3, () => attempt(app, 'a@x.test'))).toEqual([200, 200, 429]);
    await times(5, () => get(app, { caller: 'ann' }));
    expect(performance.now() - from).toBeLessThan(200);
    redis.resume();
    await Promise.all(apps.splice(0).map((each) => each.close()));
    await redis.remove();
  });
});
