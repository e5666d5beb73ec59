export { TightlyLimited } from './rate-limit.decorators.js';
export { RateLimitGuard } from './rate-limit.guard.js';
export { RateLimited } from './rate-limit.problems.js';
export { ThrottlingModule } from './throttling.module.js';
