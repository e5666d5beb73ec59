import type { Config } from '@app/config';
import { requireCompatibleDatabase } from '@app/database';
import { createLogger, NestLogger, startShutdownDeadline } from '@app/logging';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module.js';

/** Handles jobs until the process is told to stop. */
export async function runWorker(config: Config): Promise<void> {
  await requireCompatibleDatabase(config);
  const logger = createLogger(config, 'worker');
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    abortOnError: false,
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks([], { useProcessExit: true });
  startShutdownDeadline(config, logger);
  logger.info('The worker takes jobs');
}
