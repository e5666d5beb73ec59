import { Module } from '@nestjs/common';
import { Heartbeat } from './heartbeat.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';
import { MetricsServer } from './metrics-server.js';
import { SystemMetrics } from './system-metrics.js';

/** The heartbeat and the metrics of this worker. */
@Module({ providers: [HeartbeatsRepository, Heartbeat, SystemMetrics, MetricsServer] })
export class HealthProcessorModule {}
