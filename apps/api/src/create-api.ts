import type { Config } from '@app/config';
import { configureHttp, httpAdapter } from '@app/http';
import { NestLogger, startShutdownDeadline } from '@app/logging';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { acceptMultipart } from './accept-multipart.js';
import { ApiModule } from './api.module.js';
import { closeConnectionsInTime } from './close-connections.js';
import { serveErrorPage } from './error-page.js';
import { serveOpenApi } from './openapi/serve.js';
import { servePage } from './page.js';
import { serveQueueDashboard } from './queue-dashboard/serve.js';
import { observeRequests } from './request-metrics.js';

/** The complete api, not listening yet. */
export async function createApi(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), httpAdapter(config, logger), {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogger(logger),
  });
  await configureHttp(app, config, logger);
  await acceptMultipart(app);
  closeConnectionsInTime(app, config);
  observeRequests(app);
  serveOpenApi(app);
  serveErrorPage(app);
  await servePage(app);
  await serveQueueDashboard(app, config);
  startShutdownDeadline(config, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
