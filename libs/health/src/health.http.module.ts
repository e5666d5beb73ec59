import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';
import { MetricsController } from './metrics.controller.js';
import { SystemMetrics } from './system-metrics.js';

/** The health report and metrics. */
@Module({
  controllers: [HealthController, MetricsController],
  providers: [HealthService, HeartbeatsRepository, SystemMetrics],
})
export class HealthHttpModule {}
