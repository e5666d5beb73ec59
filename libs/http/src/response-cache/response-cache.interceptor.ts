import { type CacheOutcome, TagCache } from '@app/cache';
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
import { packAnswer, unpackAnswer, withMember } from './stored-answer.js';

type Found = { bytes: Buffer; outcome: CacheOutcome };

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
      map((answer) => {
        if (answer instanceof StreamableFile) return answer;
        const { head, body } = unpackAnswer(Buffer.from(packAnswer(answer, reply, { weak })));
        return conditionalReply(request, reply, head.etag, body);
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
    const ahead = await answerAheadOf(request)?.take(userId);
    const found: Found = ahead
      ? { bytes: ahead, outcome: 'HIT' }
      : await this.cache.readText({
          ...questionOf(request, options, userId),
          load: () => this.load(next, reply, options),
        });
    return of(compose(request, reply, options, found, startedAt));
  }

  private async load(next: CallHandler, reply: FastifyReply, { ttlMs, cacheable, weak, volatile }: CachedGetOptions) {
    const answer = (await lastValueFrom(next.handle())) as never;
    const text = packAnswer(answer, reply, { weak: weak ?? volatile !== undefined, volatile: volatile?.member });
    const mayBeStored = reply.statusCode === 200 && (cacheable?.(answer) ?? true);
    return { text, ttlMs: mayBeStored ? ttlMs : 0 };
  }
}

/** Sets status and headers of a stored answer. @returns the body to send, if any */
function compose(
  request: FastifyRequest,
  reply: FastifyReply,
  { volatile }: CachedGetOptions,
  { bytes, outcome }: Found,
  startedAt: number,
): Buffer | undefined {
  const { head, body } = unpackAnswer(bytes);
  reply.header('x-cache', outcome);
  reply.headers(head.headers);
  const sent = conditionalReply(request, reply, head.etag, body);
  if (sent === undefined || volatile === undefined) return sent;
  const loaded = head.volatile as never;
  const member = outcome === 'HIT' ? volatile.again(loaded, performance.now() - startedAt) : loaded;
  return withMember(sent, volatile.member, member);
}
