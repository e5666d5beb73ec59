import { defineProblem } from '@app/problems';
import { BadRequestException, PayloadTooLargeException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { problemOf } from './problem-answer.js';

const Teapot = defineProblem('teapot', { status: 418, title: 'I am a teapot', detail: 'Short and stout.' });
const fromDatabase = (code: string) =>
  Object.assign(new Error('relation "users" of secret_schema'), { driverError: { code } });

describe('the problem of an error', () => {
  it('is the problem itself when it is one', () => {
    const problem = new Teapot();
    expect(problemOf(problem)).toBe(problem);
  });

  it.each<[string, unknown, string]>([
    ['a body Nest found too large', new PayloadTooLargeException(), 'body_too_large'],
    ['a body Fastify found too large', Object.assign(new Error(), { statusCode: 413 }), 'body_too_large'],
    ['an id too long to be one', Object.assign(new Error(), { statusCode: 414 }), 'route_not_found'],
    ['a type Fastify does not know', Object.assign(new Error(), { statusCode: 415 }), 'unsupported_media_type'],
    ['a request that cannot be read', new BadRequestException('Unexpected token'), 'malformed_request'],
    ['an unexpected duplicate', fromDatabase('23505'), 'conflict'],
    ['a row that was referred to and is gone', fromDatabase('23503'), 'conflict'],
    ['a deadlock', fromDatabase('40P01'), 'conflict'],
    ['a NUL character in a text', fromDatabase('22021'), 'invalid_character'],
    ['a statement that took too long', fromDatabase('57014'), 'service_unavailable'],
    ['a database that shuts down', fromDatabase('57P01'), 'service_unavailable'],
    [
      'a database that refuses',
      Object.assign(new Error(), { code: 'ECONNREFUSED', syscall: 'connect' }),
      'service_unavailable',
    ],
    ['a database whose disk is full', fromDatabase('53100'), 'storage_full'],
    [
      'a connection that ends while it is made',
      Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }),
      'service_unavailable',
    ],
    ['a pool that is exhausted', new Error('timeout exceeded when trying to connect'), 'service_unavailable'],
    ['a statement with too many columns', fromDatabase('54011'), 'query_too_complex'],
    ['a statement that nests too deeply', fromDatabase('54001'), 'query_too_complex'],
    ['a broken check', fromDatabase('23514'), 'internal_error'],
    ['a file that is missing', Object.assign(new Error(), { code: 'ENOENT', syscall: 'open' }), 'internal_error'],
    ['a mistake of ours', new TypeError('x is undefined'), 'internal_error'],
    ['something that is no error', 'oops', 'internal_error'],
    ['nothing', null, 'internal_error'],
  ])('%s is %3$s', (_what, error, code) => {
    expect(problemOf(error).code).toBe(code);
  });

  it('hides internal errors from the client', () => {
    expect(problemOf(fromDatabase('XX000')).detail).not.toContain('secret_schema');
    expect(problemOf(fromDatabase('23505')).detail).not.toContain('secret_schema');
  });
});
