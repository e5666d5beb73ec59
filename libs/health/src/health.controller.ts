import { Public } from '@app/http';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HealthReportDto } from './dto/health-report.dto.js';
import { HealthService } from './health.service.js';

@Public()
@ApiTags('Operations')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The state of the service and of each part it needs: 503 when the database is down, 200 when only other parts are down. */
  @Get('health-check')
  @ApiOperation({ operationId: 'healthCheck' })
  @ApiResponse({ status: 200, type: HealthReportDto })
  @ApiResponse({ status: 503, type: HealthReportDto, description: 'The database is down.' })
  async report(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReportDto> {
    const report = await this.health.report();
    reply.status(report.status === 'unhealthy' ? 503 : 200).header('Cache-Control', 'no-store');
    return report;
  }

  /** Whether the process runs. Checks nothing else, so that no process is restarted because the database is down. */
  @Get('livez')
  @ApiOperation({ operationId: 'livez' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Whether requests can be served. */
  @Get('readyz')
  @ApiOperation({ operationId: 'readyz' })
  @ApiResponse({ status: 503, description: 'The service cannot serve requests at the moment.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string }> {
    const ready = await this.health.ready();
    reply.status(ready ? 200 : 503).header('Cache-Control', 'no-store');
    return { status: ready ? 'ok' : 'not ready' };
  }
}
