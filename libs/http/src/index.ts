export { ApiProblems, PROBLEM_SCHEMA } from './api-problems.js';
export * from './cached-get/index.js';
export * from './http.problems.js';
export { configureHttp, httpAdapter } from './http-app.js';
export * from './idempotency/index.js';
export { PageQueryDto } from './page.dto.js';
export { type Page, paginated } from './pagination.js';
export { problemOf } from './problem-of.js';
export { PUBLIC, Public } from './public.js';
