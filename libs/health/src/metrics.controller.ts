import { Public } from '@app/http';
import { OutboxRepository } from '@app/jobs';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics.js';

@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly outbox: OutboxRepository,
  ) {}

  /** Metrics in Prometheus' text format. The jobs are counted in the database, so any api process reports those of all workers. */
  @Get()
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.metrics.setJobs(await this.outbox.countByJob().catch(() => []));
    reply.type(this.metrics.contentType);
    return this.metrics.render();
  }
}
