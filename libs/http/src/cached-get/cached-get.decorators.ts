import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { CachedGetInterceptor } from './cached-get.interceptor.js';
import { CACHED_GET, type CachedGetOptions, CONDITIONAL_GET } from './cached-get.options.js';
import { ConditionalGetInterceptor } from './conditional-get.interceptor.js';

const documented = [
  ApiHeader({ name: 'If-None-Match', required: false, description: 'ETags the client has, or `*`.' }),
  ApiResponse({ status: 304, description: 'The client has the current answer.' }),
];

/**
 * A GET whose answers are cached per user, address and query. Says how in `X-Cache`, carries an ETag (the handler's own
 * where it sets one), and answers 304 to a client that has it.
 * @example
 * \@Get() \@CachedGet({ tags: (request) => [`tasks:${callerOf(request)}`] })
 */
export const CachedGet = (options: CachedGetOptions) =>
  applyDecorators(
    RouteConfig({ [CACHED_GET]: options }),
    UseInterceptors(CachedGetInterceptor),
    ApiQuery({ name: 'nocache', required: false, type: Boolean, description: '`true` goes past the cache.' }),
    ...documented,
  );

/** A GET that is not cached here, and still carries an ETag and answers 304. Streams pass as they are. */
export const ConditionalGet = ({ weak = false }: { weak?: boolean } = {}) =>
  applyDecorators(SetMetadata(CONDITIONAL_GET, { weak }), UseInterceptors(ConditionalGetInterceptor), ...documented);
