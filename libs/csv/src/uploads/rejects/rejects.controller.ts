import { Readable } from 'node:stream';
import { ApiProblems, attachment, ConditionalGet, derivedName, type Page, paginated } from '@app/http';
import { NotFound, ValidationFailed } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ListRejectsDto, RejectDto, RejectPageDto } from '../dto/reject.dto.js';
import { UploadProgressReader } from '../progress/upload-progress.reader.js';
import type { CsvUpload } from '../upload.entity.js';
import { UploadsService } from '../uploads.service.js';
import { RejectsRepository } from './rejects.repository.js';
import { rejectsCsv } from './rejects-csv.js';

@ApiTags('CSV uploads')
@ApiBearerAuth()
@ApiExtraModels(RejectPageDto)
@Controller('csv-data/uploads/:id/rejects')
export class RejectsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly rejects: RejectsRepository,
    private readonly progress: UploadProgressReader,
  ) {}

  /**
   * The rejected records in file order, also while the file is being read. `format=csv` returns them as one file in the dialect of the
   * original and in UTF-8: the header if there was one, then the unchanged text of each record. Correct that file and upload it
   * with the options of the first upload, except `skip` and `encoding`; the header gives its rows the same columns. Records of more
   * than 64 KiB are truncated, so the file leaves them out; `X-Rejects-Left-Out` is their number.
   */
  @Get()
  @ConditionalGet()
  @ApiOperation({ operationId: 'listRejects' })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(RejectPageDto) } },
      'text/csv': { schema: { type: 'string' }, example: 'id,city\n7,Rome,surplus\n' },
    },
  })
  @ApiProblems(ValidationFailed, NotFound)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() query: ListRejectsDto,
  ): Promise<Page<RejectDto> | StreamableFile> {
    const upload = await this.uploads.get(caller.id, id);
    if (query.format === 'csv') return this.asFile(upload, query.escape_formulas === 'true', reply);
    const { page, page_size: pageSize } = query;
    const { count, rejects } = await this.rejects.list(upload.id, { page, pageSize });
    return paginated(request, reply, query, count, rejects.map(RejectDto.of));
  }

  private async asFile(upload: CsvUpload, escapeFormulas: boolean, reply: FastifyReply): Promise<StreamableFile> {
    const before = upload.status === 'completed' ? null : await this.progress.committedBytes(upload);
    const { whole, truncated } = await this.rejects.countByCompleteness(upload.id, before);
    reply.header('X-Rejects-Left-Out', truncated);
    const rejects = this.rejects.readWhole(upload.id, before, whole);
    const hasHeader = upload.dialect?.has_header === true;
    return new StreamableFile(
      Readable.from(rejectsCsv(upload.columns, upload.dialect, rejects, { escapeFormulas }), { objectMode: false }),
      {
        // RFC 4180 defines the parameter `header`.
        type: `text/csv; charset=utf-8; header=${hasHeader ? 'present' : 'absent'}`,
        disposition: attachment(derivedName(upload.original_filename, 'rejects.csv')),
      },
    );
  }
}
