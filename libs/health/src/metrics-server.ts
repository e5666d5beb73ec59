import { createServer, type Server } from 'node:http';
import { CONFIG, type Config } from '@app/config';
import { METRICS_CONTENT_TYPE } from '@app/metrics';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { mayReadMetrics, metricsReader } from './metrics-access.js';
import { SystemMetrics } from './system-metrics.js';

/** Serves GET /metrics of a worker, which has no other HTTP. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(MetricsServer.name);
  private server: Server | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly metrics: SystemMetrics,
  ) {}

  /** A worker whose port is taken, by another worker on this machine for example, runs without serving metrics. */
  async onApplicationBootstrap(): Promise<void> {
    const { WORKER_METRICS_PORT: port, HOST } = this.config;
    if (port === undefined) return;
    const server = createServer((request, response) => {
      const { url, method } = request;
      const isAsked = method === 'GET' && /^\/metrics\/?(?:\?|$)/.test(url ?? '');
      if (!isAsked || !mayReadMetrics(metricsReader(request), this.config.METRICS_TOKEN)) {
        response.writeHead(404).end();
        return;
      }
      this.metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE }).end(text),
        (error) => {
          this.log.error({ err: error }, 'Could not write the metrics');
          response.writeHead(500).end();
        },
      );
    });
    await new Promise<void>((resolve) => {
      server.once('error', (error) => {
        this.log.warn({ err: error, port }, 'The metrics of this worker are not served');
        resolve();
      });
      server.listen(port, HOST, () => {
        this.server = server;
        this.log.log({ address: server.address() }, 'The metrics of this worker are served');
        resolve();
      });
    });
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
