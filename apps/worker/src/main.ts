import 'reflect-metadata';
import { ConfigError, loadConfigFromProcess } from '@app/config';
import { IncompatibleDatabase, requireCompatibleDatabase } from '@app/database';
import { createLogger, NestLogger, startShutdownDeadline } from '@app/logging';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module.js';

async function main(): Promise<void> {
  const config = loadConfigFromProcess();
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

const FULL_DISK =
  ' The disk is full: delete other files on it, or use a bigger disk, and start again. No data is lost.';

/** An error that the operator can fix is printed as one sentence, any other one with its stack. */
main().catch((error: NodeJS.ErrnoException) => {
  const isFull = error.code === 'ENOSPC';
  const known = error instanceof ConfigError || error instanceof IncompatibleDatabase || error.syscall !== undefined;
  console.error(known ? `The worker cannot start. ${error.message}${isFull ? FULL_DISK : ''}` : error);
  process.exit(1);
});
