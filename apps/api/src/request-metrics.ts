import { Metrics } from '@app/health/api';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Measures every request under the pattern of its route; with ids in them, addresses would make too many labels. */
export function observeRequests(app: NestFastifyApplication): void {
  const metrics = app.get(Metrics);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      metrics.observeRequest(
        request.method,
        request.routeOptions.url ?? 'unknown',
        reply.statusCode,
        reply.elapsedTime / 1000,
      );
      done();
    });
}
