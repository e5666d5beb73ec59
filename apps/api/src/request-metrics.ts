import { metrics } from '@app/metrics';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Measures every request under the pattern of its route; with ids in them, addresses would make too many labels. */
export function observeRequests(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      const labels = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: String(reply.statusCode),
      };
      metrics.requests.observe(labels, reply.elapsedTime / 1000);
      done();
    });
}
