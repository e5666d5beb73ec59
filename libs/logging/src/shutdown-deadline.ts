import type { Config } from '@app/config';
import type { Logger } from 'pino';

/** What closing may take beyond the work that is waited for. */
const MARGIN_MS = 2_000;

/**
 * Sees to it that a process that was told to stop comes to an end, even when closing hangs on a server that is away; and that an
 * error nobody caught is logged and ends it, since its state can no longer be trusted. While it stops, a rejection is only logged:
 * Bull reconnects a queue that is paused, and where it does so twice at a time nobody takes ioredis' "already connecting".
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
    logger.fatal({ err: error }, 'An error was not caught');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    logger[stopping ? 'warn' : 'fatal']({ err: error }, 'A rejection was not handled');
    if (!stopping) process.exit(1);
  });
}
