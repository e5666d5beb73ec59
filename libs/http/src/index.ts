export { clientSignal, PUBLIC, Public } from './caller.js';
export { acceptsGzip, attachment, derivedName } from './downloads.js';
export { IdempotencyModule } from './idempotency/idempotency.module.js';
export { IdempotencyOf, Idempotent } from './idempotency/idempotent.js';
export type { Idempotency } from './idempotency/idempotent-request.js';
export {
  LongAnswer,
  LongAnswers,
  LongAnswersModule,
  TooManyAnswers,
} from './long-answers/long-answers.js';
export { UserTurns } from './long-answers/user-turns.js';
export { CursorPageQueryDto, cursorOf, type Page, PageQueryDto, paginated, paginatedByCursor } from './pagination.js';
export { ApiProblems, problemExample } from './problems/api-problems.js';
export { QueryTooComplex, RateLimited, RouteNotFound, UnsupportedMediaType } from './problems/http.problems.js';
export { sendProblem } from './problems/problem-answer.js';
export { networkOf } from './rate-limit/network-of.js';
export { RateLimitGuard, TightlyLimited } from './rate-limit/rate-limit.guard.js';
export { RateLimitModule } from './rate-limit/rate-limit.module.js';
export { asksForFresh } from './response-cache/cache-key.js';
export { CachedGet, ConditionalGet } from './response-cache/cached-get.decorators.js';
export { conditionalReply, weakEtag } from './response-cache/conditional.js';
export { ReadAhead } from './response-cache/read-ahead.js';
export { WrittenJson, WrittenResults } from './response-cache/written-json.js';
export { announcesBody, FILE_TYPE, FILE_TYPES, isFileBody, isMultipart } from './server/body-rules.js';
export { httpAdapter } from './server/http-adapter.js';
export { configureHttp } from './server/http-app.js';
export { StoresRows } from './stores-rows.js';
export { type ParameterWarning, ParameterWarningDto, unknownParameters } from './unknown-parameters.js';
export { IsText, NoBody, Satisfies } from './validation.js';
