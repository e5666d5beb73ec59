export { CacheModule } from './cache.module.js';
export { CacheConnection } from './cache-connection.js';
export { type CacheOutcome, MAX_ENTRY_BYTES, TagCache, type TextQuestion, type ValueQuestion } from './tag-cache.js';
