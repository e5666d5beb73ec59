import type { Config } from '@app/config';
import { type DestinationStream, type Logger, pino } from 'pino';
import { logContext } from './log-context.js';

/** Paths whose values never reach a log, wherever an object with them is logged. */
const SECRETS = ['authorization', 'cookie', 'password', 'password_confirm', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** A failed query carries its parameters: what people wrote, or a batch of rows, which took 9 MB of log and 170 ms. */
function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { parameters, ...facts } = pino.stdSerializers.err(error) as object & { parameters?: unknown };
  return facts;
}

/**
 * One JSON object a line, with the id of the request or job it belongs to.
 * @param to stdout, unless a test looks on.
 */
export const createLogger = (config: Config, service: string, to?: DestinationStream): Logger =>
  pino(
    {
      level: config.LOG_LEVEL,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: errorFacts },
      redact: { paths: SECRETS, censor: '[redacted]' },
      mixin: () => ({ ...logContext.current }),
    },
    to,
  );
