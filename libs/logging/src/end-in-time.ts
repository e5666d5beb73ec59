import type { Config } from '@app/config';
import type { Logger } from 'pino';

/** What closing may take beyond the work that is waited for. */
const MARGIN_MS = 2_000;

/**
 * Sees to it that a process that was told to stop comes to an end, even when closing hangs on a server that is away; and that an
 * error nobody caught is logged and ends it, since its state can no longer be trusted.
 */
export function endInTime(config: Config, logger: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
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
    logger.fatal({ err: error }, 'A rejection was not handled');
    process.exit(1);
  });
}
