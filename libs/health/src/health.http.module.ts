import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

/** The health report and metrics. */
@Module({
  controllers: [HealthController, MetricsController],
  providers: [HealthService, HeartbeatsRepository, Metrics],
  exports: [Metrics],
})
export class HealthHttpModule {}
