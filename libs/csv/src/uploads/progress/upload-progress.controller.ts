import { ApiProblems, clientSignal, RateLimited } from '@app/http';
import { NotFound } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Header, Headers, type OnModuleDestroy, Param, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { UploadProgressDto } from '../dto/upload-progress.dto.js';
import { TooManyStreams } from '../upload.problems.js';
import { UploadsService } from '../uploads.service.js';
import { hasSeenTheEnd } from './progress-events.js';
import { ProgressStreams } from './progress-streams.js';
import { UploadProgressReader } from './upload-progress.reader.js';

@ApiTags('CSV uploads')
@ApiBearerAuth()
@ApiParam({ name: 'id', format: 'uuid' })
@Controller('csv-data/uploads/:id')
export class UploadProgressController implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    private readonly uploads: UploadsService,
    private readonly progress: UploadProgressReader,
    private readonly streams: ProgressStreams,
  ) {}

  /** Ends the open streams, which would delay the shutdown. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** The progress of an upload. Never cached. */
  @Get('progress')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ operationId: 'getUploadProgress' })
  @ApiProblems(NotFound)
  async read(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<UploadProgressDto> {
    const upload = await this.uploads.get(caller.id, id);
    return UploadProgressDto.of(upload, await this.progress.of(upload));
  }

  /**
   * The progress as server-sent events: one at once, one for each change, and a last one when the upload is completed, failed or
   * cancelled; then the stream ends. If the upload is deleted, the last event is named `deleted`. The stream also ends when its session
   * does, within 5 s.
   */
  @Get('events')
  @ApiOperation({ operationId: 'streamUploadProgress' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Sent by EventSource when it reconnects.' })
  @ApiOkResponse({
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example: 'retry: 3000\n\nid: 1\ndata: {"status":"processing","progress":42}\n\n',
      },
    },
  })
  @ApiResponse({ status: 204, description: 'The client has already received the last event and need not reconnect.' })
  @ApiProblems(NotFound, TooManyStreams, RateLimited)
  async stream(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { status } = await this.uploads.get(caller.id, id);
    if (hasSeenTheEnd(lastEventId, status)) {
      reply.status(204).send();
      return;
    }
    const signal = AbortSignal.any([clientSignal(reply), this.stopping.signal]);
    const events = this.streams.open(caller, id, lastEventId, signal);
    reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        // Otherwise nginx buffers the events.
        'x-accel-buffering': 'no',
        // With keep-alive, a stream that ends during the shutdown would leave an idle connection that nobody closes.
        connection: 'close',
      })
      .send(events);
  }
}
