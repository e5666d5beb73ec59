export { createLogger } from './create-logger.js';
export { type LogContext, logContext } from './log-context.js';
export { NestLogger } from './nest-logger.js';
export { createRequestLog } from './request-log.js';
export { Scope } from './scope.js';
export { startShutdownDeadline } from './shutdown-deadline.js';
