import { Module } from '@nestjs/common';
import { Heartbeat } from './heartbeat.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';

/** Letting others know that this worker lives. */
@Module({ providers: [HeartbeatsRepository, Heartbeat] })
export class HealthProcessorModule {}
