import 'reflect-metadata';
import { ConfigError, loadConfigFromProcess } from '@app/config';
import { IncompatibleDatabase, requireCompatibleDatabase } from '@app/database';
import { createLogger } from '@app/logging';
import { createApi } from './create-api.js';

async function main(): Promise<void> {
  const config = loadConfigFromProcess();
  await requireCompatibleDatabase(config);
  const logger = createLogger(config, 'api');
  const app = await createApi(config, logger);
  await app.listen(config.PORT, config.HOST);
  logger.info({ address: await app.getUrl() }, 'The api listens');
}

const FULL_DISK =
  ' The disk is full: delete other files on it, or use a bigger disk, and start again. No data is lost.';

/** An error that the operator can fix is printed as one sentence; any other with its stack. */
main().catch((error: NodeJS.ErrnoException) => {
  const isFull = error.code === 'ENOSPC';
  const known = error instanceof ConfigError || error instanceof IncompatibleDatabase || error.syscall !== undefined;
  console.error(known ? `The api cannot start. ${error.message}${isFull ? FULL_DISK : ''}` : error);
  process.exit(1);
});
