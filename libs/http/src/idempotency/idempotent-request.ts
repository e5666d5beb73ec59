import { AsyncContext } from '@app/logging';
import type { FastifyRequest } from 'fastify';
import { fingerprint, storedKey } from './idempotency-key.js';
import type { Claim, IdempotencyStore, StoredAnswer } from './idempotency-store.js';

export interface IdempotentOptions {
  /** For routes without a caller: the subject of the request, such as the email in the body. The body is parsed, not validated. */
  subject?: (body: unknown) => string;
  /** The request may be carried out again when a crash lost its first answer, because twice has the same effect as once. */
  repeatable?: boolean;
  /** The handler itself calls `begin` of its `@IdempotencyOf()` when it knows the content. */
  late?: boolean;
}

/** Thrown when the request already has an answer. The interceptor catches it and sends that answer. */
export class AlreadyAnswered extends Error {
  constructor(readonly answer: StoredAnswer) {
    super('The request already has an answer.');
  }
}

/** What a handler sees of the key of its request. */
export interface Idempotency {
  /**
   * Claims the key. For handlers that know the content late, such as the digest of an upload; they call it before anything takes
   * effect. Its errors must reach the interceptor. Without a key it does nothing.
   */
  begin(content: string | Buffer): Promise<void>;
}

/** A request with an Idempotency-Key. */
export class IdempotentRequest implements Idempotency {
  claim: Claim | undefined;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly key: string,
    private readonly request: FastifyRequest,
    private readonly options: IdempotentOptions,
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

/** The request that is being carried out, for code that commits on its behalf. */
export const currentRequest = new AsyncContext<IdempotentRequest>();
