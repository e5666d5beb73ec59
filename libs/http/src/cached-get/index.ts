export { callerOf } from './cache-key.js';
export { CachedGet, ConditionalGet } from './cached-get.decorators.js';
export type { CachedGetOptions } from './cached-get.options.js';
