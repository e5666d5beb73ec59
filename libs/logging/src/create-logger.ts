import type { Config } from '@app/config';
import { type Logger, pino } from 'pino';
import { logContext } from './log-context.js';

/** Paths whose values never reach a log, wherever an object with them is logged. */
const SECRETS = ['authorization', 'cookie', 'password', 'password_confirm', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** One JSON object a line on stdout, with the id of the request or job it belongs to. */
export const createLogger = (config: Config, service: string): Logger =>
  pino({
    level: config.LOG_LEVEL,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS, censor: '[redacted]' },
    mixin: () => ({ ...logContext.current }),
  });
