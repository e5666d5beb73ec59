import { CONFIG, type Config } from '@app/config';
import { Public, RouteNotFound } from '@app/http';
import { METRICS_CONTENT_TYPE } from '@app/metrics';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayReadMetrics, metricsReader } from './metrics-access.js';
import { SystemMetrics } from './system-metrics.js';

@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: SystemMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Metrics in Prometheus' text format, for clients on this machine and clients that send METRICS_TOKEN. All others get 404. */
  @Get()
  async read(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!mayReadMetrics(metricsReader(request.raw), this.config.METRICS_TOKEN)) throw new RouteNotFound();
    reply.type(METRICS_CONTENT_TYPE);
    return this.metrics.text();
  }
}
