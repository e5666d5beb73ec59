import { Metrics } from '@app/health/api';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Times every request under its route's pattern, so that ids do not become labels. */
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
