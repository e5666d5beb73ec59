import { CallerFinder } from '@app/http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BearerStrategy } from './bearer.strategy.js';
import type { Principal } from './principal.js';

/** What a strategy calls when it has come to an end; passport puts these on an heir of the strategy, one per request. */
interface Outcome {
  success(principal: Principal): void;
  fail(): void;
  error(error: unknown): void;
}

/** Finds callers as the BearerGuard does, by the same strategy, ahead of Nest. */
@Injectable()
export class BearerCallers extends CallerFinder {
  constructor(private readonly strategy: BearerStrategy) {
    super();
  }

  override find(request: FastifyRequest): Promise<Principal | null> {
    return new Promise((resolve, reject) => {
      const attempt = Object.create(this.strategy) as BearerStrategy & Outcome;
      attempt.success = resolve;
      attempt.fail = () => resolve(null);
      attempt.error = reject;
      attempt.authenticate(request);
    });
  }
}
