import { ClientGone } from '@app/database';
import {
  ApiProblems,
  asksForFresh,
  clientSignal,
  conditionalReply,
  LongAnswers,
  QueryTooComplex,
  RateLimited,
  TooManyAnswers,
  unknownParameters,
  weakEtag,
} from '@app/http';
import { InvalidCursor, NotFound, QueryTimeout, ValidationFailed } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ReceivingTurn } from '../execute/page-reader.js';
import { closedBody } from '../execute/rows-response.js';
import type { RawRowsQuery } from '../request/parse-rows-query.js';
import { InvalidFilterValue, PageTooLarge, UnknownColumn, UnknownOperator, UploadNotReady } from '../rows.problems.js';
import { type RowsCaller, RowsService } from '../rows.service.js';
import { AnswerCache } from './answer-cache.js';
import { RowsDto } from './dto/rows.dto.js';
import { RowsQueryDto } from './dto/rows-query.dto.js';

/** As much as an answer from the cache may have. */
const SHORT_BYTES = 128 * 1024;

@ApiTags('CSV rows')
@ApiBearerAuth()
@Controller('csv-data/uploads/:id')
export class RowsController {
  constructor(
    private readonly rows: RowsService,
    private readonly answers: AnswerCache,
    private readonly longAnswers: LongAnswers,
  ) {}

  /** One page of the rows of a completed upload, filtered, searched and sorted. */
  @Get('data')
  @ApiOperation({ operationId: 'readRows' })
  @ApiQuery({ name: 'nocache', required: false, type: Boolean, description: '`true` bypasses the cache.' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'ETags that the client has, or `*`.' })
  @ApiOkResponse({
    type: RowsDto,
    headers: {
      ETag: { description: 'Weak, because the response reports its own duration.', schema: { type: 'string' } },
      'X-Cache': { schema: { type: 'string', enum: ['HIT', 'MISS', 'BYPASS'] } },
    },
  })
  @ApiResponse({ status: 304, description: 'The client has the current response.' })
  @ApiProblems(
    ValidationFailed,
    UnknownColumn,
    UnknownOperator,
    InvalidFilterValue,
    InvalidCursor,
    PageTooLarge,
    QueryTooComplex,
    NotFound,
    UploadNotReady,
    TooManyAnswers,
    RateLimited,
    QueryTimeout,
  )
  async data(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() query: RowsQueryDto,
  ): Promise<void> {
    const startedAt = performance.now();
    const signal = clientSignal(reply);
    const answer = this.longAnswers.turnOf(caller.id, reply);
    const turn: ReceivingTurn = {
      take: () =>
        answer.take().catch((error) => {
          throw signal.aborted ? new ClientGone() : error;
        }),
      release: () => answer.release(),
    };
    const rowsCaller: RowsCaller = { userId: caller.id, fresh: asksForFresh(request), signal, turn };
    const unknown = unknownParameters(request.query, RowsQueryDto);
    const raw: RawRowsQuery = { ...query, ...(unknown.length > 0 && { unknown }) };
    const { index, openBody, outcome } = await this.answers.read(rowsCaller, id, raw, async () => {
      await turn.take();
      return this.rows.page(rowsCaller, id, raw);
    });
    // What the cache has is short. A long page that was read for another request of this user is copied for each of them.
    if (openBody.length > SHORT_BYTES) await turn.take();
    reply.header('X-Cache', outcome);
    if (conditionalReply(request, reply, weakEtag(openBody), openBody) === undefined) {
      reply.send();
      return;
    }
    reply.send(closedBody(openBody, index, outcome === 'HIT', performance.now() - startedAt));
  }
}
