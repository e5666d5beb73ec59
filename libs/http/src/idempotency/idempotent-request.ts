import { AsyncContext } from '@app/logging';
import type { FastifyRequest } from 'fastify';
import { fingerprint, storedKey } from './idempotency-key.js';
import type { Claim, IdempotencyStore, KeptAnswer } from './idempotency-store.js';

/** Thrown into a request that had its answer before; the interceptor catches it and gives that answer. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: KeptAnswer) {
    super('The request was answered before.');
  }
}

/** What a handler sees of the key its request came with. */
export interface Idempotency {
  /**
   * Claims the key. For handlers that know only late what the request holds, such as a digest of an upload; to be called
   * before anything takes effect. What it throws must reach the interceptor. Without a key it does nothing.
   */
  begin(content: string | Buffer): Promise<void>;
}

/** A request that came with an Idempotency-Key. */
export class IdempotentRequest implements Idempotency {
  claim: Claim | undefined;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly key: string,
    private readonly request: FastifyRequest,
    private readonly options: { subject?: (body: unknown) => string; repeatable?: boolean },
  ) {}

  async begin(content: string | Buffer): Promise<void> {
    const begun = await this.store.begin(
      storedKey(this.key, this.request, this.options.subject),
      fingerprint(this.key, this.request, content),
      this.options.repeatable,
    );
    if ('status' in begun) throw new AlreadyAnswered(begun);
    this.claim = begun;
  }
}

/** The request that is being carried out, for whoever commits on its behalf. */
export const currentRequest = new AsyncContext<IdempotentRequest>();
