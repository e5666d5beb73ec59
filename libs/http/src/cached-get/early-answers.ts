import type { OutgoingHttpHeaders } from 'node:http';
import { TagCache } from '@app/cache';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimits } from '../throttling/rate-limits.js';
import { asksForFresh } from './cache-key.js';
import { type CachedGetOptions, cachedGetOptions } from './cached-get.options.js';
import { CallerFinder } from './caller-finder.js';
import { composeAnswer, questionOf } from './compose-answer.js';

type CallersRequest = FastifyRequest & { user?: { id: string } | undefined };

/** How many callers are remembered; some 200 bytes each. */
const MAX_GUESSES = 10_000;

/**
 * Answers from the cache before Nest has the request at all, for callers with a token. It does what the guards would,
 * limit and all; whatever is not a plain hit goes the long way, through guard, interceptor and handler.
 */
@Injectable()
export class EarlyAnswers implements OnModuleInit {
  /** Who a sender was found to be: a guess that nobody is answered by until it is confirmed. */
  private readonly guesses = new Map<string, string>();

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
      if (!options || asksForFresh(request)) return done();
      const sender = callers.senderOf(request);
      if (sender === undefined) return done();
      this.answer(request, reply, options, callers, sender).then((answered) => {
        if (!answered) done();
      }, done);
    });
  }

  private async answer(
    request: CallersRequest,
    reply: FastifyReply,
    options: CachedGetOptions,
    callers: CallerFinder,
    sender: string,
  ): Promise<boolean> {
    const begun = performance.now();
    const guess = this.guesses.get(sender);
    // Asked in the same turn as the session, so that both go to Redis in one MGET.
    const guessed = guess === undefined ? undefined : this.find(request, options, { id: guess });
    const caller = await callers.find(sender);
    if (!caller) return false;

    this.limits.holdUser(caller.id, request, reply);
    const bytes = await (caller.id === guess ? guessed : this.find(request, options, caller));
    request.user = caller;
    this.remember(sender, caller.id);
    if (!bytes) return false;
    send(request, reply, composeAnswer(request, reply, options, { bytes, outcome: 'HIT' }, begun));
    return true;
  }

  private find(request: CallersRequest, options: CachedGetOptions, user: { id: string }): Promise<Buffer | undefined> {
    request.user = user;
    const question = questionOf(request, options);
    request.user = undefined;
    return this.cache.findText(question);
  }

  private remember(sender: string, callerId: string): void {
    if (this.guesses.get(sender) === callerId) return;
    if (this.guesses.size >= MAX_GUESSES) this.guesses.delete(this.guesses.keys().next().value!);
    this.guesses.set(sender, callerId);
  }
}

/** Longer than this, a body is quicker as bytes of its own than copied behind the head. */
const SHORT_BODY = 2048;

/**
 * Sends an answer that is ready, past what Fastify does to find out whether it is; onSend hooks do not see it. As latin1 text a
 * short one leaves with its head in one piece, byte by byte as it is.
 */
function send(request: FastifyRequest, reply: FastifyReply, body: Buffer | undefined): void {
  if (body === undefined || request.method !== 'GET') {
    reply.send(body);
    return;
  }
  reply.hijack();
  reply.header('content-length', body.length);
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  if (body.length > SHORT_BODY) reply.raw.end(body);
  else reply.raw.end(body.toString('latin1'), 'latin1');
}
