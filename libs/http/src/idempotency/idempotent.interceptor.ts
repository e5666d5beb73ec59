import { Problem } from '@app/problems';
import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { PROBLEM_TYPE, problemBody } from '../problem-body.js';
import { canonicalJson, sentKey } from './idempotency-key.js';
import { IdempotencyStore, type KeptAnswer } from './idempotency-store.js';
import { IDEMPOTENT, type IdempotentOptions } from './idempotent.options.js';
import { AlreadyAnswered, currentRequest, IdempotentRequest } from './idempotent-request.js';

/** Headers that belong to an answer; the others are of the request that it is given to. */
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'link', 'last-modified', 'retry-after'] as const;

/**
 * Refusals that are no answer, as at Stripe: a request that was not valid was never carried out and may be mended under
 * its key; one that came too early or too often is to come again.
 */
const NOT_KEPT = new Set([400, 408, 425, 429]);

/** Carries a request out once per Idempotency-Key and answers it the same ever after. */
@Injectable()
export class IdempotentInterceptor implements NestInterceptor {
  private readonly log = new Logger(IdempotentInterceptor.name);

  constructor(
    private readonly store: IdempotencyStore,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = sentKey(request);
    if (key === undefined) return next.handle();

    const reply = http.getResponse<FastifyReply>();
    const options = this.reflector.get<IdempotentOptions>(IDEMPOTENT, context.getHandler());
    const current = new IdempotentRequest(this.store, key, request, options);
    try {
      if (!options.late) await current.begin(canonicalJson(request.body));
      const answer = await currentRequest.run(current, () => lastValueFrom(next.handle(), { defaultValue: undefined }));
      await this.keep(current, answerOf(reply, answer));
      return of(answer);
    } catch (error) {
      if (error instanceof AlreadyAnswered) return of(replay(reply, error.answer));
      await this.keep(current, refusalOf(error, request));
      throw error;
    }
  }

  /** Keeps the answer, or gives the key back where there is none. The client gets its answer whether or not that works. */
  private async keep({ claim }: IdempotentRequest, answer: KeptAnswer | undefined): Promise<void> {
    if (!claim) return;
    try {
      if (answer) await this.store.complete(claim, answer);
      else await this.store.release(claim);
    } catch (error) {
      this.log.error({ err: error }, 'The answer to an idempotent request could not be kept');
    }
  }
}

const answerOf = (reply: FastifyReply, answer: unknown): KeptAnswer => ({
  status: reply.statusCode,
  headers: Object.fromEntries(
    KEPT_HEADERS.map((name) => [name, reply.getHeader(name)])
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  ),
  body: answer === undefined ? null : JSON.stringify(answer),
});

/** The answer that the problem filter will make of a refusal; undefined for what is none, such as a failure of ours. */
function refusalOf(error: unknown, request: FastifyRequest): KeptAnswer | undefined {
  if (!(error instanceof Problem) || error.status >= 500 || NOT_KEPT.has(error.status)) return undefined;
  const path = request.url.split('?', 1)[0] ?? '/';
  return {
    status: error.status,
    headers: { ...error.headers, 'cache-control': 'no-store', 'content-type': PROBLEM_TYPE },
    body: JSON.stringify(problemBody(error, path, String(request.id))),
  };
}

function replay(reply: FastifyReply, { status, headers, body }: KeptAnswer): string | undefined {
  reply.status(status).type('application/json; charset=utf-8').headers(headers).header('idempotency-replayed', 'true');
  return body ?? undefined;
}
