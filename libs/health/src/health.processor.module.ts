import { Module } from '@nestjs/common';
import { Heartbeat } from './heartbeat.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';

/** The heartbeat of this worker. */
@Module({ providers: [HeartbeatsRepository, Heartbeat] })
export class HealthProcessorModule {}
