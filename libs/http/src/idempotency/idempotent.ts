import { Problem, StorageFull } from '@app/problems';
import { DiskRoom } from '@app/storage';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { ApiProblems } from '../problems/api-problems.js';
import { PROBLEM_TYPE, problemBody } from '../problems/problem-answer.js';
import {
  IdempotencyAnswerLost,
  IdempotencyInProgress,
  IdempotencyKeyInvalid,
  IdempotencyKeyReused,
} from './idempotency.problems.js';
import { canonicalJson, sentKey } from './idempotency-key.js';
import { IdempotencyStore, type StoredAnswer } from './idempotency-store.js';
import {
  AlreadyAnswered,
  currentRequest,
  type Idempotency,
  type IdempotentOptions,
  IdempotentRequest,
} from './idempotent-request.js';

const IDEMPOTENT = 'http:idempotent';

/**
 * A POST that respects `Idempotency-Key`: it is carried out once per key and caller, and has the same answer for IDEMPOTENCY_TTL.
 * Stored are 2xx and 4xx except 400, 408, 425 and 429; a 5xx releases the key.
 */
export const Idempotent = (options: IdempotentOptions = {}) =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, options),
    UseInterceptors(IdempotentInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Makes it safe to send the request again: the same key and body get the first answer.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    }),
    ApiProblems(IdempotencyKeyInvalid, IdempotencyKeyReused, IdempotencyInProgress, IdempotencyAnswerLost, StorageFull),
  );

const withoutKey: Idempotency = { begin: async () => {} };

/** For a handler with `@Idempotent({ late: true })`: the object through which it claims the key. */
export const IdempotencyOf = createParamDecorator((): Idempotency => currentRequest.current ?? withoutKey);

/** Headers that belong to the answer. The others belong to the request that receives it. */
const STORED_HEADERS = ['content-type', 'location', 'etag', 'link', 'last-modified', 'retry-after'] as const;

/**
 * Refusals that are not stored, as at Stripe. An invalid request was never carried out and may be corrected under its key; a request
 * that came too early or too often should be sent again.
 */
const NOT_STORED = new Set([400, 408, 425, 429]);

/** Carries a request out once per Idempotency-Key, and repeats its answer afterwards. */
@Injectable()
class IdempotentInterceptor implements NestInterceptor {
  private readonly log = new Logger(IdempotentInterceptor.name);

  constructor(
    private readonly store: IdempotencyStore,
    private readonly reflector: Reflector,
    private readonly room: DiskRoom,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = sentKey(request);
    if (key === undefined) return next.handle();

    await this.room.requireForRows();
    const reply = http.getResponse<FastifyReply>();
    const options = this.reflector.get<IdempotentOptions>(IDEMPOTENT, context.getHandler());
    const current = new IdempotentRequest(this.store, key, request, options);
    try {
      if (!options.late) await current.begin(canonicalJson(request.body));
      const answer = await currentRequest.run(current, () => lastValueFrom(next.handle(), { defaultValue: undefined }));
      await this.finish(current, answerOf(reply, answer));
      return of(answer);
    } catch (error) {
      if (error instanceof AlreadyAnswered) return of(replay(reply, error.answer));
      await this.finish(current, refusalOf(error, request));
      throw error;
    }
  }

  /** Stores the answer, or releases the key where there is none. The client gets its answer even if this fails. */
  private async finish({ claim }: IdempotentRequest, answer: StoredAnswer | undefined): Promise<void> {
    if (!claim) return;
    try {
      if (answer) await this.store.complete(claim, answer);
      else await this.store.release(claim);
    } catch (error) {
      this.log.error({ err: error }, 'Could not store the answer to an idempotent request');
    }
  }
}

const answerOf = (reply: FastifyReply, answer: unknown): StoredAnswer => ({
  status: reply.statusCode,
  headers: Object.fromEntries(
    STORED_HEADERS.map((name) => [name, reply.getHeader(name)])
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  ),
  body: answer === undefined ? null : JSON.stringify(answer),
});

/** The answer that the problem filter will send for a refusal; undefined for any other error. */
function refusalOf(error: unknown, request: FastifyRequest): StoredAnswer | undefined {
  if (!(error instanceof Problem) || error.status >= 500 || NOT_STORED.has(error.status)) return undefined;
  const path = request.url.split('?', 1)[0] ?? '/';
  return {
    status: error.status,
    headers: { ...error.headers, 'cache-control': 'no-store', 'content-type': PROBLEM_TYPE },
    body: JSON.stringify(problemBody(error, path, String(request.id))),
  };
}

function replay(reply: FastifyReply, { status, headers, body }: StoredAnswer): string | undefined {
  reply.status(status).type('application/json; charset=utf-8').headers(headers).header('idempotency-replayed', 'true');
  return body ?? undefined;
}
