import { applyDecorators, createParamDecorator, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblems } from '../api-problems.js';
import {
  IdempotencyAnswerLost,
  IdempotencyInProgress,
  IdempotencyKeyInvalid,
  IdempotencyKeyReused,
} from './idempotency.problems.js';
import { IdempotentInterceptor } from './idempotent.interceptor.js';
import { IDEMPOTENT, type IdempotentOptions } from './idempotent.options.js';
import { currentRequest, type Idempotency } from './idempotent-request.js';

/**
 * A POST that heeds `Idempotency-Key`: carried out once per key and caller, answered the same for IDEMPOTENCY_TTL. Kept
 * are 2xx and refusals, but for 400, 408, 425 and 429; a 5xx gives the key back.
 */
export const Idempotent = (options: IdempotentOptions = {}) =>
  applyDecorators(
    SetMetadata(IDEMPOTENT, options),
    UseInterceptors(IdempotentInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Makes the request safe to send again: the same key and body get the first answer.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    }),
    ApiProblems(IdempotencyKeyInvalid, IdempotencyKeyReused, IdempotencyInProgress, IdempotencyAnswerLost),
  );

const withoutKey: Idempotency = { begin: async () => {} };

/** In a handler with `@Idempotent({ late: true })`: where it claims the key. */
export const IdempotencyOf = createParamDecorator((): Idempotency => currentRequest.current ?? withoutKey);
