import { Global, Module } from '@nestjs/common';
import { RateCounters } from './rate-counters.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimits } from './rate-limits.js';

/**
 * Rate limits of the api. Importing the module limits addresses. For users and accounts the application also lists RateLimitGuard
 * as an APP_GUARD, after the guard that authenticates.
 */
@Global()
@Module({ providers: [RateCounters, RateLimits, RateLimitGuard], exports: [RateLimitGuard] })
export class RateLimitModule {}
