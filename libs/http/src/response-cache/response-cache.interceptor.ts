import { type CacheOutcome, TagCache, type TextQuestion } from '@app/cache';
import { ClientGone } from '@app/database';
import { metrics } from '@app/metrics';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, map, type Observable, of } from 'rxjs';
import { callerOf } from '../caller.js';
import { type CachedGetOptions, cachedGetOptions, conditionalGetOptions, questionOf } from './cached-get.options.js';
import { conditionalReply } from './conditional.js';
import { answerAheadOf } from './read-ahead.js';
import { type Answer, answerOf, answerOfWritten, packAnswer, unpackAnswer, withMember } from './stored-answer.js';
import { isWrittenPage } from './written-json.js';

/**
 * Answers from the cache, or stores what the handler answers; adds the ETag and decides between 200 and 304. A hit needs neither
 * pipes nor handler. Routes with `@ConditionalGet()` get the ETag only.
 */
@Injectable()
export class ResponseCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: TagCache) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const options = cachedGetOptions(request);
    return options ? this.cached(request, reply, options, next) : this.conditional(request, reply, next);
  }

  private conditional(request: FastifyRequest, reply: FastifyReply, next: CallHandler): Observable<unknown> {
    const { weak = false } = conditionalGetOptions(request);
    return next.handle().pipe(
      map((returned) => {
        if (returned instanceof StreamableFile) return returned;
        const { etag, body } = answerOf(returned, reply, { weak });
        return conditionalReply(request, reply, etag, body);
      }),
    );
  }

  private async cached(
    request: FastifyRequest,
    reply: FastifyReply,
    options: CachedGetOptions,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const startedAt = performance.now();
    const userId = callerOf(request);
    const send = (answer: Answer, outcome: CacheOutcome) =>
      of(compose(request, reply, options, answer, outcome, startedAt));

    const ahead = await answerAheadOf(request)?.take(userId);
    if (ahead) return send(unpackAnswer(ahead), 'HIT');
    const question = questionOf(request, options, userId);
    if (question.bypass) {
      metrics.cacheReads.inc({ outcome: 'BYPASS' });
      return send((await this.load(next, reply, options)).answer, 'BYPASS');
    }
    const { bytes, outcome } = await this.read(reply, {
      ...question,
      load: async () => {
        const { answer, ttlMs } = await this.load(next, reply, options);
        return { text: packAnswer(answer), ttlMs };
      },
    });
    return send(unpackAnswer(bytes), outcome);
  }

  /** Concurrent requests share a load, which ends when the client that began it leaves; the client of `reply` may still be there. */
  private async read(reply: FastifyReply, question: TextQuestion): ReturnType<TagCache['readText']> {
    try {
      return await this.cache.readText(question);
    } catch (error) {
      if (error instanceof ClientGone && !reply.raw.destroyed) return this.read(reply, question);
      throw error;
    }
  }

  private async load(next: CallHandler, reply: FastifyReply, { ttlMs, cacheable, weak, volatile }: CachedGetOptions) {
    const returned = (await lastValueFrom(next.handle())) as never;
    const answer = isWrittenPage(returned)
      ? await answerOfWritten(returned, reply)
      : answerOf(returned, reply, { weak: weak ?? volatile !== undefined, volatile: volatile?.member });
    const mayBeStored = reply.statusCode === 200 && (cacheable?.(returned) ?? true);
    return { answer, ttlMs: mayBeStored ? ttlMs : 0 };
  }
}

/** Sets status and headers of an answer. @returns the body to send, if any */
function compose(
  request: FastifyRequest,
  reply: FastifyReply,
  { volatile }: CachedGetOptions,
  answer: Answer,
  outcome: CacheOutcome,
  startedAt: number,
): string | Buffer | undefined {
  const sent = conditionalReply(request, reply, answer.etag, answer.body, { 'x-cache': outcome, ...answer.headers });
  if (sent === undefined || volatile === undefined) return sent;
  const loaded = answer.volatile as never;
  const member = outcome === 'HIT' ? volatile.again(loaded, performance.now() - startedAt) : loaded;
  return withMember(sent, volatile.member, member);
}
