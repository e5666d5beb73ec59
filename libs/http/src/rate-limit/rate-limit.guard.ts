import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../caller.js';
import { RateLimits, type TightLimit } from './rate-limits.js';

interface TightlyLimitedOptions {
  limit: TightLimit;
  /**
   * The account of the attempt. The body is parsed but not validated; a value that is no string counts for no account. `userId` is the
   * caller's, undefined on a public route.
   */
  account: (body: unknown, userId: string | undefined) => unknown;
}

const TIGHTLY_LIMITED = 'http:tightly-limited';

/**
 * Limits attempts at an account, per address and per account, exactly and over all processes.
 * @example
 * \@Post('login') \@TightlyLimited('login', (body) => (body as { email?: unknown })?.email)
 */
export const TightlyLimited = (limit: TightLimit, account: TightlyLimitedOptions['account']) =>
  SetMetadata(TIGHTLY_LIMITED, { limit, account } satisfies TightlyLimitedOptions);

/** Limits users, and attempts at accounts. Runs after the guard that authenticates. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.limits.on) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const tight = this.reflector.get<TightlyLimitedOptions | undefined>(TIGHTLY_LIMITED, context.getHandler());
    if (tight) return this.attempt(tight, request, reply);

    const userId = callerOf(request);
    if (userId !== undefined) this.limits.consumeUserQuota(userId, reply);
    return true;
  }

  private async attempt({ limit, account }: TightlyLimitedOptions, request: FastifyRequest, reply: FastifyReply) {
    const named: unknown = account(request.body, callerOf(request));
    await this.limits.consumeAttemptQuota(limit, typeof named === 'string' ? named : undefined, request, reply);
    return true;
  }
}
