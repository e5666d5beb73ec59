import { loadConfig } from '@app/config';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { createLogger, createRequestLog, logContext } from './create-logger.js';

const start = (level = 'info') => {
  const lines: string[] = [];
  const config = loadConfig({ LOG_LEVEL: level });
  return { lines, logger: createLogger(config, 'test', { write: (line) => lines.push(line) }) };
};

describe('the logger', () => {
  it('logs a failed query without its parameters, which are data of users', () => {
    const { lines, logger } = start();
    const error = new QueryFailedError('SELECT $1', [Buffer.from('a secret')], new Error('statement timeout'));
    logger.warn({ err: error }, 'A job failed');
    const { err } = JSON.parse(lines[0]!);
    expect(err).toMatchObject({ type: 'QueryFailedError', message: 'statement timeout', query: 'SELECT $1' });
    expect(err).not.toHaveProperty('parameters');
  });

  it('redacts secrets', () => {
    const { lines, logger } = start();
    logger.info({ password: 'hunter2', headers: { authorization: 'hunter2' } }, 'a line');
    expect(lines[0]).not.toContain('hunter2');
    expect(JSON.parse(lines[0]!)).toMatchObject({ password: '[redacted]', headers: { authorization: '[redacted]' } });
  });

  it.each(['access_token', 'Authorization', 'set-cookie', 'new_password'])('redacts %s at each level', (name) => {
    const { lines, logger } = start();
    logger.info({ [name]: 'hunter2', a: { [name]: 'hunter2', b: { [name]: 'hunter2' } } }, 'a line');
    expect(lines[0]).not.toContain('hunter2');
  });

  it('adds the id of the request or job', async () => {
    const { lines, logger } = start();
    await logContext.run({ request_id: 'r1' }, async () => logger.info('a line'));
    expect(JSON.parse(lines[0]!)).toMatchObject({ request_id: 'r1' });
  });
});

describe('a request', () => {
  const facts = { request_id: 'r1', method: 'GET', url: '/tasks/?search="\\\n\ud800', status: 200, ms: 1.5 };

  it('is logged as one line with its facts', () => {
    const { lines, logger } = start();
    createRequestLog(logger)(facts);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'test',
      pid: process.pid,
      ...facts,
      msg: 'request',
    });
  });

  it('is logged without a token in its address', () => {
    const { lines, logger } = start();
    createRequestLog(logger)({ ...facts, url: '/tasks/?access_token=hunter2&page=2' });
    expect(JSON.parse(lines[0]!).url).toBe('/tasks/?access_token=[redacted]&page=2');
  });

  it('is not logged below level info', () => {
    const { lines, logger } = start('warn');
    createRequestLog(logger)(facts);
    expect(lines).toEqual([]);
  });
});
