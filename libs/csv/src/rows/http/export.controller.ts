import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { ApiProblems } from '@app/http';
import { NotFound, ValidationFailed } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReadyUploads } from '../execute/ready-uploads.js';
import { RowsExporter } from '../export/rows-exporter.js';
import { ColumnBook } from '../request/column-book.js';
import { parseColumns, parseSelection } from '../request/parse-rows-query.js';
import { InvalidFilterValue, QueryTimeout, UnknownColumn, UnknownOperator, UploadNotReady } from '../rows.problems.js';
import { acceptsGzip } from './accepts-gzip.js';
import { clientSignal } from './client-signal.js';
import { attachment } from './content-disposition.js';
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
   * All rows that fit, streamed, with the same filters, search and sort as `data`. A stream that fails breaks off with its
   * connection; one that ends as HTTP has it is whole.
   */
  @Get('export')
  @ApiOperation({ operationId: 'exportRows' })
  @ApiOkResponse({
    description: 'CSV after RFC 4180 with the original headers and the exact texts, or a JSON object on each line.',
    content: {
      'text/csv': { schema: { type: 'string' }, example: 'City,Unit Price\r\nParis,12.50\r\n' },
      'application/x-ndjson': { schema: { type: 'string' }, example: '{"city":"Paris","unit_price":12.50}\n' },
    },
    headers: { 'Content-Disposition': { description: 'The original name.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    ValidationFailed,
    UnknownColumn,
    UnknownOperator,
    InvalidFilterValue,
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
    const book = new ColumnBook(upload.columns, upload.dialect?.decimal ?? '.');
    const wish = {
      selection: parseSelection(query, book),
      columns: parseColumns(query.columns, book),
      format: query.format,
      values: query.values,
      escapeFormulas: query.escape_formulas === 'true',
    };
    const lines = await begun(this.exporter.lines(caller.id, upload, wish, clientSignal(reply)));

    const name = `${upload.original_filename.replace(/\.(csv|tsv|txt)$/i, '')}.${wish.format}`;
    reply.headers({
      'cache-control': 'private, no-store',
      'content-disposition': attachment(name),
      vary: 'Accept-Encoding',
    });
    reply.type(MEDIA_TYPES[wish.format]);
    const stream = Readable.from(lines, { objectMode: false });
    if (!acceptsGzip(request.headers['accept-encoding'])) {
      reply.send(stream);
      return;
    }
    reply.header('content-encoding', 'gzip');
    // Level 1 keeps up with the database; 6 would halve the rate for a sixth less.
    reply.send(pipeline(stream, createGzip({ level: constants.Z_BEST_SPEED }), () => {}));
  }
}

/** Takes the first of what comes, so that what goes wrong until then is answered with a problem and not with a broken stream. */
async function begun(lines: AsyncGenerator<string>): Promise<AsyncGenerator<string>> {
  const first = await lines.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* lines;
  })();
}
