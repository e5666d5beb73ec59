import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiQuery, ApiResponse } from '@nestjs/swagger';
import {
  CACHED_GET,
  type CachedGetOptions,
  CONDITIONAL_GET,
  type ConditionalGetOptions,
} from './cached-get.options.js';
import { ResponseCacheInterceptor } from './response-cache.interceptor.js';

const documented = [
  ApiHeader({ name: 'If-None-Match', required: false, description: 'ETags that the client has, or `*`.' }),
  ApiResponse({ status: 304, description: 'The client has the current answer.' }),
];

/**
 * A GET whose answers are cached per user, address and query. Sends `X-Cache` and an ETag (the handler's own where it sets one),
 * and answers 304 to a client that has the current answer.
 * @example
 * \@Get() \@CachedGet({ tags: (_request, userId) => [`tasks:${userId}`] })
 */
export const CachedGet = (options: CachedGetOptions) =>
  applyDecorators(
    RouteConfig({ [CACHED_GET]: options }),
    UseInterceptors(ResponseCacheInterceptor),
    ApiQuery({ name: 'nocache', required: false, type: Boolean, description: '`true` bypasses the cache.' }),
    ...documented,
  );

/** A GET that is not cached but has an ETag and answers 304. Streams pass unchanged. */
export const ConditionalGet = (options: ConditionalGetOptions = {}) =>
  applyDecorators(
    RouteConfig({ [CONDITIONAL_GET]: options }),
    UseInterceptors(ResponseCacheInterceptor),
    ...documented,
  );
