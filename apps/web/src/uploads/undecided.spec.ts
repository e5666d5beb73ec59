import { describe, expect, it } from 'vitest';
import { problemOf, unreachable } from '../api/problem.js';
import { canHelpAgain, isUndecided } from './undecided.js';

const answer = (status: number, code?: string) => problemOf(status, code && { status, code, detail: '' }, null);

describe('a file is sent once more', () => {
  it.each([
    ['no answer', unreachable()],
    ['a proxy without a service', answer(502)],
    ['a proxy that waited too long', answer(504)],
    ['a service that is starting', answer(503, 'unavailable')],
    ['too many requests', answer(429, 'rate_limited')],
    ['an attempt that is still stored', answer(409, 'idempotency_in_progress')],
  ])('after %s', (_, error) => expect(isUndecided(error)).toBe(true));

  it.each([
    ['a refusal of the file', answer(422, 'csv_empty')],
    ['an answer that was lost for good', answer(409, 'idempotency_answer_lost')],
    ['a session that ended', answer(401, 'invalid_token')],
    ['a fault of the page', new TypeError('x is undefined')],
  ])('not after %s', (_, error) => expect(isUndecided(error)).toBe(false));
});

describe('a person is offered to send a file again', () => {
  it.each([
    ['no answer', unreachable()],
    ['a fault of the service', answer(500, 'internal_error')],
    ['a full disk', answer(507, 'storage_full')],
    ['a full storage, where files can be deleted', answer(413, 'quota_exceeded')],
    ['a body that ended too early', answer(400, 'upload_incomplete')],
  ])('after %s', (_, error) => expect(canHelpAgain(error)).toBe(true));

  it.each([
    ['a file that is too large', answer(413, 'upload_too_large')],
    ['a file that is no text', answer(422, 'csv_not_text')],
    ['options that are wrong', answer(400, 'validation_failed')],
  ])('not after %s', (_, error) => expect(canHelpAgain(error)).toBe(false));
});
