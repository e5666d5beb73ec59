import { metrics } from '@app/metrics';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Measures every request under the pattern of its route: an address has ids in it, and each would make a label of its own. */
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
