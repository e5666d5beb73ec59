import { createHash } from 'node:crypto';
import { CONFIG, type Config } from '@app/config';
import { foldedCase } from '@app/database';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from '../problems/http.problems.js';
import { networkOf } from './network-of.js';
import { RateCounters, secondsLeft, WINDOW_SECONDS } from './rate-counters.js';

/** A number of requests per window, and the name under which the headers show it. */
interface RatePolicy {
  name: string;
  quota: number;
}

interface TightPolicies {
  address: RatePolicy;
  account: RatePolicy;
  accountAndAddress?: RatePolicy;
}

/** Attempts at accounts, which have tighter limits than other requests. */
export type TightLimit = 'login' | 'register' | 'reset';

/** Enforces the limits of the configuration. */
@Injectable()
export class RateLimits implements OnModuleInit {
  readonly on: boolean;
  private readonly address: RatePolicy;
  private readonly user: RatePolicy;
  private readonly tight: Record<TightLimit, TightPolicies>;

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
        // Smaller than the one above: otherwise the wrong guesses of a stranger would keep the owner of the account out.
        accountAndAddress: { name: 'login-account-address', quota: config.RATE_LIMIT_LOGIN_ACCOUNT_ADDRESS },
      },
      register: {
        address: { name: 'register-address', quota: config.RATE_LIMIT_REGISTER_ADDRESS },
        account: { name: 'register-account', quota: config.RATE_LIMIT_REGISTER_ACCOUNT },
      },
      reset: {
        address: { name: 'reset-address', quota: config.RATE_LIMIT_RESET_ADDRESS },
        account: { name: 'reset-account', quota: config.RATE_LIMIT_RESET_ACCOUNT },
      },
    };
  }

  /** Limits addresses on every route, unknown ones too, before the body is read or the token is looked up. */
  onModuleInit(): void {
    if (!this.on) return;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply, done) => {
      try {
        enforce(this.address, this.counters.count(`address:${networkOf(request.ip)}`), reply);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
  }

  /** Counts a request of a user. @throws RateLimited */
  consumeUserQuota(userId: string, reply: FastifyReply): void {
    enforce(this.user, this.counters.count(`user:${userId}`), reply);
  }

  /**
   * Counts an attempt at an account, for the address of the client and for the account, whether or not the account exists.
   * @throws RateLimited
   */
  async consumeAttemptQuota(
    limit: TightLimit,
    account: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const policies = this.tight[limit];
    const network = networkOf(request.ip);
    const name = account === undefined ? undefined : digest(account);
    const own: [RatePolicy, string][] = [[policies.address, network]];
    if (name !== undefined && policies.accountAndAddress) own.push([policies.accountAndAddress, `${name}:${network}`]);
    await this.countAndEnforce(own, reply);
    // Counted second: an attempt that the limit of its address refuses must not use up the limit of the account, which its owner needs.
    if (name !== undefined) await this.countAndEnforce([[policies.account, name]], reply);
  }

  private async countAndEnforce(counted: [RatePolicy, string][], reply: FastifyReply): Promise<void> {
    const totals = await this.counters.countExactly(counted.map(([policy, who]) => `${policy.name}:${who}`));
    for (const [i, [policy]] of counted.entries()) enforce(policy, totals[i]!, reply);
  }
}

/**
 * Tells the client what is left (`RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers-10) and refuses a request
 * over the quota. Several policies of one request are listed in the same headers.
 * @param used requests of this window, including this one
 * @throws RateLimited
 */
function enforce({ name, quota }: RatePolicy, used: number, reply: FastifyReply): void {
  const left = secondsLeft();
  append(reply, 'ratelimit-policy', `"${name}";q=${quota};w=${WINDOW_SECONDS}`);
  append(reply, 'ratelimit', `"${name}";r=${Math.max(0, quota - used)};t=${left}`);
  if (used <= quota) return;
  throw new RateLimited({ policy: name, retry_after_seconds: left }, { headers: { 'Retry-After': String(left) } });
}

function append(reply: FastifyReply, header: string, value: string): void {
  const before = reply.getHeader(header);
  reply.header(header, before === undefined ? value : `${before}, ${value}`);
}

/**
 * Redis must hold neither email addresses nor keys of any length that a client chooses. Case is folded as the search for an account folds it:
 * by another rule, `vİctim@…` would find the account of `victim@…`, and have a limit of its own.
 */
const digest = (account: string): string =>
  createHash('sha256').update(foldedCase(account.trim())).digest('base64url').slice(0, 22);
