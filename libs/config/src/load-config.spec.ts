import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './load-config.js';

const faultsOf = (environment: Record<string, string>) => {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('no fault was reported');
};

describe('the configuration', () => {
  it('works without any variable', () => {
    expect(loadConfig({})).toMatchObject({ PORT: 3000, MAX_UPLOAD_BYTES: 512 * 1024 * 1024 });
  });

  it('treats a blank variable as not set', () => {
    expect(loadConfig({ PORT: '', SMTP_URL: '' })).toMatchObject({ PORT: 3000, SMTP_URL: undefined });
  });

  it('cannot be changed after it is read', () => {
    const config = loadConfig({}) as { PORT: number };
    expect(() => {
      config.PORT = 1;
    }).toThrow(TypeError);
  });

  it.each(['', '*', 'https://app.example.org', 'https://a.example, http://localhost:5173'])(
    'accepts %j as origins',
    (CORS_ORIGINS) => {
      expect(loadConfig({ CORS_ORIGINS })).toMatchObject({ CORS_ORIGINS });
    },
  );

  it.each(['app.example.org', 'https://app.example.org/', '*,https://a.example', 'https://a.example,', 'null'])(
    'rejects %j, which no browser sends as an origin',
    (CORS_ORIGINS) => {
      expect(faultsOf({ CORS_ORIGINS }).faults).toMatchObject([{ variable: 'CORS_ORIGINS' }]);
    },
  );

  it.each(['file:///srv/uploads', 's3://bucket', 's3://bucket/a/b', 's3://bucket/a?endpoint=http://127.0.0.1:9000'])(
    'stores files in %s',
    (STORAGE_URL) => {
      expect(loadConfig({ STORAGE_URL })).toMatchObject({ STORAGE_URL });
    },
  );

  it.each([
    '/srv/uploads',
    'file:///',
    'file://host/uploads',
    's3:///prefix',
    's3://key:secret@bucket',
    's3://bucket?endpoint=host:9000',
    's3://bucket?region=eu',
    'https://bucket.s3.amazonaws.com',
  ])('rejects %j as STORAGE_URL, without repeating it', (STORAGE_URL) => {
    const error = faultsOf({ STORAGE_URL });
    expect(error.faults).toMatchObject([{ variable: 'STORAGE_URL' }]);
    expect(error.message).not.toContain('secret');
  });

  it.each(['', '1', '127.0.0.1', '10.0.0.0/8, fd00::/8', 'loopback,192.168.1.7'])('trusts %j', (TRUST_PROXY) => {
    expect(loadConfig({ TRUST_PROXY })).toMatchObject({ TRUST_PROXY });
  });

  it.each(['true', 'proxy.example', '10.0.0.0/33', '10.0.0', '::1/129', '10.0.0.0/8/8', 'loopback,'])(
    'rejects %j as TRUST_PROXY, with which the api could not start',
    (TRUST_PROXY) => {
      expect(faultsOf({ TRUST_PROXY }).faults).toMatchObject([{ variable: 'TRUST_PROXY' }]);
    },
  );

  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://:s%40crt@cache:6380/2', { host: 'cache', port: 6380, db: 2, password: 's@crt' }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }],
    ['rediss://app:x@cache', { host: 'cache', port: 6379, db: 0, username: 'app', password: 'x', tls: true }],
    ['unix:///run/redis%20one.sock?db=3', { path: '/run/redis one.sock', db: 3 }],
  ])('hands %s to ioredis in a form that it reads', (REDIS_URL, expected) => {
    const { options } = new Redis(loadConfig({ REDIS_URL }).REDIS_URL, { lazyConnect: true });
    expect(options).toMatchObject(expected);
  });

  it('reports all faults at once', () => {
    const { faults } = faultsOf({ PORT: 'x', DATABASE_URL: 'mysql://a', LOG_LEVEL: 'loud' });
    expect(faults.map((fault) => fault.variable).sort()).toEqual(['DATABASE_URL', 'LOG_LEVEL', 'PORT']);
  });

  it('never repeats a value', () => {
    const { message } = faultsOf({
      DATABASE_URL: 'hunter2',
      PORT: 'hunter2',
      SMTP_URL: 'hunter2',
      NODE_ENV: 'hunter2',
      TOKEN_TTL: 'hunter2',
    });
    expect(message).not.toContain('hunter2');
    expect(message).toContain('DATABASE_URL');
  });
});
