import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { ApiProblems, acceptsGzip, attachment, clientSignal, LongAnswer, QueryTooComplex } from '@app/http';
import { NotFound, QueryTimeout, ValidationFailed } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RowsExporter } from '../export/rows-exporter.js';
import { ReadyUploads } from '../ready-uploads.js';
import { Columns } from '../request/columns.js';
import { parseExportQuery } from '../request/parse-rows-query.js';
import { InvalidFilterValue, UnknownColumn, UnknownOperator, UploadNotReady } from '../rows.problems.js';
import { ExportQueryDto } from './dto/export-query.dto.js';

const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

@ApiTags('CSV rows')
@ApiBearerAuth()
@Controller('csv-data/uploads/:id')
export class ExportController {
  constructor(
    private readonly uploads: ReadyUploads,
    private readonly exporter: RowsExporter,
  ) {}

  /**
   * Streams all matching rows, with the same filters, search and sort as `data`. When the export fails, the connection is closed early;
   * a response that ends properly is complete.
   */
  @Get('export')
  @LongAnswer()
  @ApiOperation({ operationId: 'exportRows' })
  @ApiOkResponse({
    description: 'CSV (RFC 4180) with the original headers and exact texts, or one JSON object per line.',
    content: {
      'text/csv': { schema: { type: 'string' }, example: 'City,Unit Price\r\nParis,12.50\r\n' },
      'application/x-ndjson': { schema: { type: 'string' }, example: '{"city":"Paris","unit_price":12.50}\n' },
    },
    headers: { 'Content-Disposition': { description: 'The original file name.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    ValidationFailed,
    UnknownColumn,
    UnknownOperator,
    InvalidFilterValue,
    QueryTooComplex,
    NotFound,
    UploadNotReady,
    QueryTimeout,
  )
  async export(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() query: ExportQueryDto,
  ): Promise<void> {
    const upload = await this.uploads.get(caller.id, id);
    const exportQuery = parseExportQuery(query, new Columns(upload.columns));
    const lines = await started(this.exporter.lines(upload, exportQuery, clientSignal(reply)));

    const name = `${upload.original_filename.replace(/\.(csv|tsv|txt)$/i, '')}.${exportQuery.format}`;
    reply.headers({
      'cache-control': 'private, no-store',
      'content-disposition': attachment(name, name.normalize('NFKD')),
      vary: 'Accept-Encoding',
    });
    reply.type(MEDIA_TYPES[exportQuery.format]);
    const stream = Readable.from(lines, { objectMode: false });
    if (!acceptsGzip(request.headers['accept-encoding'])) {
      reply.send(stream);
      return;
    }
    reply.header('content-encoding', 'gzip');
    // Level 1 keeps up with the database; level 6 halves the rate and saves a sixth of the bytes.
    reply.send(pipeline(stream, createGzip({ level: constants.Z_BEST_SPEED }), () => {}));
  }
}

/** Waits for the first piece, so that an error until then is answered with a problem instead of a broken stream. */
async function started(lines: AsyncGenerator<Buffer>): Promise<AsyncGenerator<Buffer>> {
  const first = await lines.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* lines;
  })();
}
