import { Readable } from 'node:stream';
import { ApiProblems, attachment, ConditionalGet, derivedName, LongAnswer, type Page, paginated } from '@app/http';
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
   * The rejected records in file order, also while the file is being read. `format=csv` returns them as one file in the dialect and the
   * encoding of the original: the header if there was one, then the unchanged bytes of each record. Correct that file and upload it with the
   * options of the first upload, except `skip`; the header gives its rows the same columns. A few records may be too little to recognise
   * an encoding by: declare `encoding` with the `charset` of the answer, unless that is UTF-8 or UTF-16. Records of more than 64 KiB are
   * truncated, so the file leaves them out; `X-Rejects-Left-Out` is their number.
   */
  @Get()
  @LongAnswer()
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
    return paginated(
      request,
      reply,
      query,
      count,
      rejects.map((reject) => RejectDto.of(reject, encodingOf(upload))),
    );
  }

  private async asFile(upload: CsvUpload, escapeFormulas: boolean, reply: FastifyReply): Promise<StreamableFile> {
    const before = upload.status === 'completed' ? null : await this.progress.committedBytes(upload);
    const { whole, truncated } = await this.rejects.countByCompleteness(upload.id, before);
    reply.header('X-Rejects-Left-Out', truncated);
    const rejects = this.rejects.readWhole(upload.id, before, whole);
    const hasHeader = upload.dialect?.has_header === true;
    const encoding = encodingOf(upload);
    return new StreamableFile(
      Readable.from(rejectsCsv({ ...upload, encoding }, rejects, { escapeFormulas }), { objectMode: false }),
      {
        // RFC 4180 defines the parameter `header`.
        type: `text/csv; charset=${encoding}; header=${hasHeader ? 'present' : 'absent'}`,
        disposition: attachment(derivedName(upload.original_filename, 'rejects.csv')),
      },
    );
  }
}

/** The encoding of the file: until its dialect is known, the one that its bytes show. */
const encodingOf = ({ dialect, encoding }: CsvUpload): string => dialect?.encoding ?? encoding.encoding;
