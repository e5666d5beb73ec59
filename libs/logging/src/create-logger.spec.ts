import { Writable } from 'node:stream';
import { loadConfig } from '@app/config';
import { QueryFailedError } from 'typeorm';
import { expect, it, vi } from 'vitest';
import { createLogger } from './create-logger.js';

it('logs a failed query without its parameters, which are what people wrote', async () => {
  const written: string[] = [];
  const logger = createLogger(
    loadConfig({}),
    'test',
    new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    }),
  );
  const error = new QueryFailedError('SELECT $1', [Buffer.from('a secret')], new Error('statement timeout'));
  logger.warn({ err: error }, 'A job failed');
  await vi.waitFor(() => expect(written).toHaveLength(1));
  const { err } = JSON.parse(written[0]!);
  expect(err).toMatchObject({ type: 'QueryFailedError', message: 'statement timeout', query: 'SELECT $1' });
  expect(err).not.toHaveProperty('parameters');
});
