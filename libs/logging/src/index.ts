export { createLogger } from './create-logger.js';
export { endInTime } from './end-in-time.js';
export { type LogContext, logContext } from './log-context.js';
export { NestLogger } from './nest-logger.js';
export { createRequestLog } from './request-log.js';
export { Scope } from './scope.js';
