import { Global, Module } from '@nestjs/common';
import { RateCounters } from './rate-counters.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimits } from './rate-limits.js';

/**
 * Rate limits of the api. Importing it limits addresses; for users and accounts the application also names RateLimitGuard
 * as an APP_GUARD, after the one that authenticates.
 */
@Global()
@Module({ providers: [RateCounters, RateLimits, RateLimitGuard], exports: [RateLimits, RateLimitGuard] })
export class ThrottlingModule {}
