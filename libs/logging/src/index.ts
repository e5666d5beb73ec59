export { createLogger } from './create-logger.js';
export { type LogContext, logContext } from './log-context.js';
export { NestLogger } from './nest-logger.js';
