import { defineProblem } from '@app/problems';

export const IdempotencyKeyInvalid = defineProblem('idempotency_key_invalid', {
  status: 400,
  title: 'The Idempotency-Key is not valid',
  detail: 'An Idempotency-Key has 1 to 255 visible ASCII characters and no spaces, for example a UUID.',
});

export const IdempotencyKeyReused = defineProblem('idempotency_key_reused', {
  status: 422,
  title: 'The Idempotency-Key belongs to another request',
  detail: 'An earlier request with this Idempotency-Key was different. Use a new key for a new request.',
});

export const IdempotencyInProgress = defineProblem('idempotency_in_progress', {
  status: 409,
  title: 'The first request with this Idempotency-Key is still running',
  detail: 'Try again shortly to get its answer.',
  headers: { 'Retry-After': '1' },
});

export const IdempotencyAnswerLost = defineProblem('idempotency_answer_lost', {
  status: 409,
  title: 'The request took effect but its answer was lost',
  detail:
    'The first request with this Idempotency-Key was carried out, but the server stopped before it stored the answer. Look for the result. With a new key, the request would be carried out again.',
});
