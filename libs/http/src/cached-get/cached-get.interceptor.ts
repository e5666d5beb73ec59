import { TagCache } from '@app/cache';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { asksForFresh, cacheKey } from './cache-key.js';
import { CACHED_GET, type CachedGetOptions } from './cached-get.options.js';
import { conditionalReply } from './conditional-reply.js';
import { packAnswer, unpackAnswer, withMember } from './stored-answer.js';

/**
 * Answers from the cache, before the pipes and the handler run. A hit is sent as it lies in Redis, neither parsed nor
 * serialised.
 */
@Injectable()
export class CachedGetInterceptor implements NestInterceptor {
  constructor(
    private readonly cache: TagCache,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const begun = performance.now();
    const options = this.reflector.get<CachedGetOptions>(CACHED_GET, context.getHandler());
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();

    const { bytes, outcome } = await this.cache.readText({
      key: cacheKey(request),
      tags: options.tags(request),
      bypass: asksForFresh(request),
      load: () => this.load(next, reply, options),
    });

    const { head, body } = unpackAnswer(bytes);
    reply.header('x-cache', outcome);
    reply.headers(head.headers);
    const sent = conditionalReply(request, reply, head.etag, body);
    const { volatile } = options;
    if (sent === undefined || volatile === undefined) return of(sent);

    const loaded = head.volatile as never;
    const member = outcome === 'HIT' ? volatile.again(loaded, performance.now() - begun) : loaded;
    return of(withMember(sent, volatile.member, member));
  }

  private async load(next: CallHandler, reply: FastifyReply, { ttlMs, cacheable, weak, volatile }: CachedGetOptions) {
    const answer = (await lastValueFrom(next.handle())) as never;
    const text = packAnswer(answer, reply, { weak: weak ?? volatile !== undefined, volatile: volatile?.member });
    const kept = reply.statusCode === 200 && (cacheable?.(answer) ?? true);
    return { text, ttlMs: kept ? ttlMs : 0 };
  }
}
