import type { Config } from '@app/config';
import { requireCompatibleDatabase } from '@app/database';
import { createLogger } from '@app/logging';
import { createApi } from './create-api.js';

/** Answers requests until the process is told to stop. */
export async function runApi(config: Config): Promise<void> {
  await requireCompatibleDatabase(config);
  const logger = createLogger(config, 'api');
  const app = await createApi(config, logger);
  await app.listen(config.PORT, config.HOST);
  logger.info({ address: await app.getUrl() }, 'The api listens');
}
