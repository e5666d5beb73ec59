import { TagCache } from '@app/cache';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { cachedGetOptions, questionOf } from './cached-get.options.js';

/** How many users are remembered; some 200 bytes each. */
const MAX_REMEMBERED = 10_000;

/** What was read for a request before its user was known. */
export interface AnswerAhead {
  /**
   * The cached answer if it is that of `userId`; undefined where none was read for this user. To be called when the guard knows the
   * user; remembers the user for the next request with the same token.
   */
  take(userId: string | undefined): Promise<Buffer | undefined> | undefined;
}

type RequestWithAnswer = FastifyRequest & { answerAhead?: AnswerAhead };

/**
 * Reads a cached answer while the guard looks up the token. Both reads happen in the same turn of the event loop, so TagCache sends
 * them in one MGET. The key of the answer contains the user, who is not known yet; the user of the last request with the same token
 * is assumed. The answer is used only after the guard has confirmed this user.
 */
@Injectable()
export class ReadAhead {
  private readonly users = new Map<string, string>();

  constructor(private readonly cache: TagCache) {}

  /** @param token identifies the token without revealing it: its hash. */
  begin(request: FastifyRequest, token: string): void {
    const options = cachedGetOptions(request);
    if (!options) return;
    const assumed = this.users.get(token);
    const answer = assumed === undefined ? undefined : this.cache.findText(questionOf(request, options, assumed));
    const take = (userId: string | undefined) => {
      if (userId !== undefined && userId !== assumed) this.remember(token, userId);
      return userId === assumed ? answer : undefined;
    };
    (request as RequestWithAnswer).answerAhead = { take };
  }

  private remember(token: string, userId: string): void {
    if (this.users.size >= MAX_REMEMBERED) this.users.delete(this.users.keys().next().value!);
    this.users.set(token, userId);
  }
}

/** What ReadAhead reads for this request; undefined if it reads nothing. */
export const answerAheadOf = (request: FastifyRequest): AnswerAhead | undefined =>
  (request as RequestWithAnswer).answerAhead;
