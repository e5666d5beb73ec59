import { CONFIG, type Config } from '@app/config';
import { defineProblem } from '@app/problems';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Global,
  Inject,
  Injectable,
  Module,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { callerOf, clientSignal } from '../caller.js';
import { ApiProblems } from '../problems/api-problems.js';
import { RateLimited } from '../problems/http.problems.js';
import { UserTurns } from './user-turns.js';

export const TooManyAnswers = defineProblem<{ limit: number }>('too_many_answers', {
  status: 429,
  title: 'Too many long answers at the same time',
  detail: ({ limit }) =>
    `You are receiving ${limit} pages of rows, lists or files already, the most at one time. Read them to their end, or close their connections.`,
  headers: { 'Retry-After': '10' },
});

/** As long as an answer that nobody reads may stay; see ANSWER_IDLE_TIMEOUT_MS. Clients that do read never wait for so long. */
const LONGEST_WAIT_MS = 120_000;

/**
 * Lets each user receive a few long answers at a time. An answer is in memory until its client has read it: 200 connections that asked for
 * pages of 32 MiB and read nothing took 6 GB.
 */
@Injectable()
export class LongAnswers {
  private readonly turns: UserTurns;

  constructor(@Inject(CONFIG) { LONG_ANSWERS_PER_USER: limit }: Config) {
    this.turns = new UserTurns({
      limit,
      longestWaitMs: LONGEST_WAIT_MS,
      refusal: () => new TooManyAnswers({ limit }),
    });
  }

  /**
   * Waits until the user may receive another long answer. It counts until the client has read it or has left.
   * @throws TooManyAnswers
   */
  begin(userId: string, reply: FastifyReply): Promise<void> {
    return this.turnOf(userId, reply).take();
  }

  /** The turn of one answer, not taken yet. */
  turnOf(userId: string, reply: FastifyReply): AnswerTurn {
    return new AnswerTurn(() => this.turns.take(userId, clientSignal(reply)), reply);
  }
}

/** The turn of one long answer: from when it is taken until it is released, or the client has read the answer or has left. */
export class AnswerTurn {
  private end: (() => void) | null = null;

  constructor(
    private readonly wait: () => Promise<() => void>,
    private readonly reply: FastifyReply,
  ) {
    reply.raw.once('close', () => this.release());
  }

  /** Waits for the turn; at once where it is taken. @throws TooManyAnswers */
  async take(): Promise<void> {
    if (this.end) return;
    this.end = await this.wait();
    if (this.reply.raw.closed) this.release();
  }

  /** Lets another answer of the user go first. */
  release(): void {
    this.end?.();
    this.end = null;
  }
}

@Injectable()
class LongAnswerInterceptor implements NestInterceptor {
  constructor(private readonly answers: LongAnswers) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const userId = callerOf(http.getRequest<FastifyRequest>());
    if (userId !== undefined) await this.answers.begin(userId, http.getResponse<FastifyReply>());
    return next.handle();
  }
}

/**
 * A route whose answers may have MiB. Its handler runs when its user may receive another one. Above `@CachedGet()`, so that an answer from the
 * cache, which is short, does not wait.
 */
export const LongAnswer = () =>
  applyDecorators(UseInterceptors(LongAnswerInterceptor), ApiProblems(TooManyAnswers, RateLimited));

/** What `@LongAnswer()` needs on any route of the api. */
@Global()
@Module({ providers: [LongAnswers], exports: [LongAnswers] })
export class LongAnswersModule {}
