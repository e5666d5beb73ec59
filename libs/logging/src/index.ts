export { AsyncContext } from './async-context.js';
export {
  createLogger,
  createRequestLog,
  type LogContext,
  logContext,
  type RequestContext,
  requestContext,
} from './create-logger.js';
export { lostLogLines } from './log-output.js';
export { maskUrl } from './mask-url.js';
export { NestLogger } from './nest-logger.js';
export { startShutdownDeadline } from './shutdown-deadline.js';
