import { createHash } from 'node:crypto';
import { CONFIG, type Config } from '@app/config';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from './network-of.js';
import { RateCounters } from './rate-counters.js';
import { holdTo, type RatePolicy } from './rate-policy.js';

/** Marks a request that was counted for its user; a cached answer is counted before the guard would. */
const HELD = Symbol('held');
type Held = FastifyRequest & { [HELD]?: true };

/** What is limited more tightly than the rest. */
export type TightLimit = 'login' | 'register';

/** Holds callers to the limits that the configuration sets. */
@Injectable()
export class RateLimits implements OnModuleInit {
  readonly on: boolean;
  private readonly address: RatePolicy;
  private readonly user: RatePolicy;
  private readonly tight: Record<TightLimit, { address: RatePolicy; account: RatePolicy }>;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly counters: RateCounters,
    private readonly host: HttpAdapterHost,
  ) {
    this.on = config.RATE_LIMIT === 'on';
    this.address = { name: 'address', quota: config.RATE_LIMIT_ADDRESS };
    this.user = { name: 'user', quota: config.RATE_LIMIT_USER };
    this.tight = {
      login: {
        address: { name: 'login-address', quota: config.RATE_LIMIT_LOGIN_ADDRESS },
        account: { name: 'login-account', quota: config.RATE_LIMIT_LOGIN_ACCOUNT },
      },
      register: {
        address: { name: 'register-address', quota: config.RATE_LIMIT_REGISTER_ADDRESS },
        account: { name: 'register-account', quota: config.RATE_LIMIT_REGISTER_ACCOUNT },
      },
    };
  }

  /** Addresses are limited before anything is read, known or looked up, on whatever address of ours. */
  onModuleInit(): void {
    if (!this.on) return;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply, done) => {
      try {
        holdTo(this.address, this.counters.count(`address:${networkOf(request.ip)}`), reply);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
  }

  /** Counts a request for its user, once, however often it is asked to. @throws RateLimited */
  holdUser(userId: string, request: Held, reply: FastifyReply): void {
    if (!this.on || request[HELD]) return;
    request[HELD] = true;
    holdTo(this.user, this.counters.count(`user:${userId}`), reply);
  }

  /**
   * Counts an attempt for the address it comes from and for the account it is about, whether or not that exists.
   * @throws RateLimited
   */
  async holdAttempt(limit: TightLimit, account: string | undefined, request: FastifyRequest, reply: FastifyReply) {
    const policies = this.tight[limit];
    const keys = [`${policies.address.name}:${networkOf(request.ip)}`];
    if (account !== undefined) keys.push(`${policies.account.name}:${digest(account)}`);
    const [byAddress, byAccount] = await this.counters.countExactly(keys);
    holdTo(policies.address, byAddress!, reply);
    if (byAccount !== undefined) holdTo(policies.account, byAccount, reply);
  }
}

/** Redis is to hold neither addresses of people nor keys as long as a client likes. */
const digest = (account: string): string =>
  createHash('sha256').update(account.trim().toLowerCase()).digest('base64url').slice(0, 22);
