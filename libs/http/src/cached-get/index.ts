export { asksForFresh, callerOf } from './cache-key.js';
export { CachedGet, ConditionalGet } from './cached-get.decorators.js';
export { CachedGetModule } from './cached-get.module.js';
export type { CachedGetOptions } from './cached-get.options.js';
export { CallerFinder } from './caller-finder.js';
export { conditionalReply } from './conditional-reply.js';
export { weakEtag } from './etag.js';
