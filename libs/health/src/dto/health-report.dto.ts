import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The state of one part that the service needs. */
export class CheckDto {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  details: Record<string, string | number | boolean | null>;
  /** @example 1.2 */
  latency_ms: number;
}

export class ChecksDto {
  database: CheckDto;
  @ApiPropertyOptional({
    type: CheckDto,
    description: 'Only where DATABASE_READ_URL is set. While it is down, the database answers in its place.',
  })
  replica?: CheckDto;
  redis: CheckDto;
  queue: CheckDto;
  worker: CheckDto;
  storage: CheckDto;
}

/** The state of the service. */
export class HealthReportDto {
  @ApiProperty({ enum: ['healthy', 'degraded', 'unhealthy'] })
  status: 'healthy' | 'degraded' | 'unhealthy';
  timestamp: Date;
  /** @example api */
  service: string;
  /** @example 1.0.0 */
  version: string;
  checks: ChecksDto;
}
