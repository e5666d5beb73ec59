import type { Config } from '@app/config';
import type { Logger } from 'pino';

/** How long closing may take after the time for unfinished work is over. */
const MARGIN_MS = 2_000;

/**
 * Ends a stopping process even when closing hangs, for example because a server is down. Also logs an error that
 * nothing caught and ends the process, since its state can no longer be trusted. While the process stops, an unhandled rejection
 * is only logged: Bull may reconnect a paused queue twice at a time, and nothing handles ioredis' "already connecting" then.
 */
export function startShutdownDeadline(config: Config, logger: Logger): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopping = true;
      logger.info({ signal }, 'Stopping');
      setTimeout(() => {
        logger.error('Closing took too long');
        process.exit(1);
      }, config.SHUTDOWN_TIMEOUT_MS + MARGIN_MS).unref();
    });
  }
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'Uncaught exception');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    logger[stopping ? 'warn' : 'fatal']({ err: error }, 'Unhandled rejection');
    if (!stopping) process.exit(1);
  });
}
