import { CONFIG, type Config } from '@app/config';
import { ApiProblems, clientSignal } from '@app/http';
import { ServiceUnavailable } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UploadQueryDto } from '../uploads/dto/upload-options.dto.js';
import { ApiFileHeaders, FILE_REFUSALS, fileRequestBody } from '../uploads/intake/file-body-docs.js';
import { openRequestFile, requireFileBody } from '../uploads/intake/request-file.js';
import { UploadTurns } from '../uploads/intake/upload-turns.js';
import { changedOptions, requireKnownOptions } from '../uploads/upload-options.js';
import { PreviewDto } from './dto/preview.dto.js';
import { PreviewsService } from './previews.service.js';

@ApiTags('CSV uploads')
@ApiBearerAuth()
@Controller('csv-data/previews')
export class PreviewsController {
  constructor(
    private readonly previews: PreviewsService,
    private readonly turns: UploadTurns,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Show how an upload of a file would be read. It takes the body and the options of an upload, reads the first MiB and stores nothing. The
   * rest of a longer body is not read, so send only the beginning of a big file.
   */
  @Post()
  @HttpCode(200)
  @ApiOperation({ operationId: 'previewCsv', requestBody: fileRequestBody })
  @ApiFileHeaders()
  @ApiOkResponse({ type: PreviewDto })
  @ApiProblems(...FILE_REFUSALS, ServiceUnavailable)
  async preview(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: UploadQueryDto,
  ): Promise<void> {
    requireKnownOptions(request.query, ['filename']);
    const { filename, ...declared } = query;
    const options = changedOptions({}, declared);
    requireFileBody(request);
    // A preview costs as much as the intake of a file, so it waits for the same turns.
    const signal = clientSignal(reply);
    const endTurn = await this.turns.take(caller.id, signal);
    try {
      const pace = {
        idleMs: this.config.UPLOAD_IDLE_TIMEOUT_MS,
        minBytesPerSecond: this.config.UPLOAD_MIN_BYTES_PER_SECOND,
      };
      const { content } = await openRequestFile(request, pace, filename);
      const json = await this.previews.preview({ userId: caller.id, signal }, content, options);
      reply.header('Content-Type', 'application/json; charset=utf-8').send(json);
    } finally {
      endTurn();
    }
  }
}
