import { Global, Module } from '@nestjs/common';
import { EarlyAnswers } from './early-answers.js';

/** For the api: answers of `@CachedGet()` from the cache, as early as may be. Wants ThrottlingModule and a CallerFinder. */
@Global()
@Module({ providers: [EarlyAnswers] })
export class CachedGetModule {}
