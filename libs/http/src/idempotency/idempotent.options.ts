export interface IdempotentOptions {
  /**
   * For routes without a caller: whom the request is about, such as the address in the body. The body was parsed and not
   * yet validated.
   */
  subject?: (body: unknown) => string;
  /** Carrying the request out twice does what once does; so it may be, where a crash took the first answer. */
  repeatable?: boolean;
  /** The handler calls `begin` of its `@IdempotencyOf()` itself, once it knows the content. */
  late?: boolean;
}

export const IDEMPOTENT = 'http:idempotent';
