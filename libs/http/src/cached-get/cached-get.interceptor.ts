import { TagCache } from '@app/cache';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { type CachedGetOptions, cachedGetOptions } from './cached-get.options.js';
import { composeAnswer, questionOf } from './compose-answer.js';
import { packAnswer } from './stored-answer.js';

/** Answers from the cache, before the pipes and the handler run; else loads the answer, and keeps it. */
@Injectable()
export class CachedGetInterceptor implements NestInterceptor {
  constructor(private readonly cache: TagCache) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const begun = performance.now();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const options = cachedGetOptions(request)!;
    const answer = await this.cache.readText({
      ...questionOf(request, options),
      load: () => this.load(next, reply, options),
    });
    return of(composeAnswer(request, reply, options, answer, begun));
  }

  private async load(next: CallHandler, reply: FastifyReply, { ttlMs, cacheable, weak, volatile }: CachedGetOptions) {
    const answer = (await lastValueFrom(next.handle())) as never;
    const text = packAnswer(answer, reply, { weak: weak ?? volatile !== undefined, volatile: volatile?.member });
    const kept = reply.statusCode === 200 && (cacheable?.(answer) ?? true);
    return { text, ttlMs: kept ? ttlMs : 0 };
  }
}
