import { Module } from '@nestjs/common';
import { HealthService } from './health.service.js';
import { HeartbeatsRepository } from './heartbeats.repository.js';

/** The health report for operators. Only the admin command imports it. */
@Module({ providers: [HealthService, HeartbeatsRepository], exports: [HealthService] })
export class HealthAdminModule {}
