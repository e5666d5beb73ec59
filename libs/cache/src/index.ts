export { CacheModule } from './cache.module.js';
export { CacheConnection } from './cache-connection.js';
export { type CacheOutcome, TagCache, type TextQuestion } from './tag-cache.js';
