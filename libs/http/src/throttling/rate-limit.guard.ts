import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../cached-get/cache-key.js';
import { TIGHTLY_LIMITED, type TightlyLimitedOptions } from './rate-limit.decorators.js';
import { RateLimits } from './rate-limits.js';

/** Holds users to their limit, and attempts at accounts to theirs. Stands after the guard that finds out who is asking. */
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
    if (userId !== undefined) this.limits.holdUser(userId, request, reply);
    return true;
  }

  private async attempt({ limit, account }: TightlyLimitedOptions, request: FastifyRequest, reply: FastifyReply) {
    const about: unknown = account(request.body);
    await this.limits.holdAttempt(limit, typeof about === 'string' ? about : undefined, request, reply);
    return true;
  }
}
