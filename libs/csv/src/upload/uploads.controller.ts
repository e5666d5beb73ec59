import { CONFIG, type Config } from '@app/config';
import { ApiProblems, paginated, UnsupportedMediaType } from '@app/http';
import { NotFound, ValidationFailed } from '@app/problems';
import { StorageFull, StorageUnavailable } from '@app/storage';
import { CurrentUser, type Principal } from '@app/users';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CsvEmpty, CsvNotText } from '../csv.problems.js';
import { ListUploadsDto, UploadPageDto } from './dto/list-uploads.dto.js';
import { UploadDto } from './dto/upload.dto.js';
import { UploadOptionsDto } from './dto/upload-options.dto.js';
import { announcedBytes, openMultipartFile } from './multipart-file.js';
import {
  MultipartMalformed,
  UploadFileMissing,
  UploadNotCancellable,
  UploadNotRetryable,
  UploadPartUnexpected,
  UploadStalled,
  UploadTooLarge,
} from './upload.problems.js';
import { UploadIntake } from './upload-intake.js';
import { changedOptions } from './upload-options.js';
import { restingProgress } from './upload-progress.js';
import { UploadsService } from './uploads.service.js';

const PATH = 'csv-data/uploads';

@ApiTags('CSV uploads')
@ApiBearerAuth()
@Controller(PATH)
export class UploadsController {
  constructor(
    private readonly intake: UploadIntake,
    private readonly uploads: UploadsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Upload a CSV file, as the one part `file` of a multipart body. It is answered as soon as the bytes are safe; a worker then
   * reads it. What is not said in the query about how it is written is detected.
   */
  @Post()
  @ApiOperation({ operationId: 'uploadCsv' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    required: true,
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary', description: 'The file, sent with its name.' } },
    },
  })
  @ApiCreatedResponse({
    type: UploadDto,
    headers: { Location: { description: 'Address of the upload.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    ValidationFailed,
    MultipartMalformed,
    UploadFileMissing,
    UploadPartUnexpected,
    UploadStalled,
    UploadTooLarge,
    UnsupportedMediaType,
    CsvEmpty,
    CsvNotText,
    StorageFull,
    StorageUnavailable,
  )
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: UploadOptionsDto,
  ): Promise<UploadDto> {
    const options = changedOptions({}, { ...query });
    if (request.isMultipart()) this.intake.requireAcceptable(announcedBytes(request));
    const file = await openMultipartFile(request, this.config.UPLOAD_IDLE_TIMEOUT_MS);
    const upload = await this.intake.receive(caller.id, file, options);
    reply.header('Location', `/api/v1/${PATH}/${upload.id}/`);
    return UploadDto.of(upload, restingProgress(upload));
  }

  /** Your uploads, the newest first. */
  @Get()
  @ApiOperation({ operationId: 'listUploads' })
  @ApiProblems(ValidationFailed)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: ListUploadsDto,
  ): Promise<UploadPageDto> {
    const { page, page_size: pageSize, status } = query;
    const { count, uploads } = await this.uploads.list(caller.id, { status, page, pageSize });
    const results = uploads.map((upload) => UploadDto.of(upload, restingProgress(upload)));
    return paginated(request, reply, query, count, results);
  }

  /** One upload. */
  @Get(':id')
  @ApiOperation({ operationId: 'getUpload' })
  @ApiProblems(NotFound)
  async get(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<UploadDto> {
    const upload = await this.uploads.get(caller.id, id);
    return UploadDto.of(upload, restingProgress(upload));
  }

  /** Stop an upload that is not done. Its rows go; its rejects and its file stay, so that it can be retried. */
  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ operationId: 'cancelUpload' })
  @ApiProblems(NotFound, UploadNotCancellable)
  async cancel(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<UploadDto> {
    const upload = await this.uploads.cancel(caller.id, id);
    return UploadDto.of(upload, restingProgress(upload));
  }

  /**
   * Read the file of a failed or cancelled upload again, from its beginning. Options in the query replace those of the upload one
   * by one; `auto` has one detected that was declared before.
   */
  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ operationId: 'retryUpload' })
  @ApiProblems(ValidationFailed, NotFound, UploadNotRetryable)
  async retry(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() changes: UploadOptionsDto,
  ): Promise<UploadDto> {
    const upload = await this.uploads.retry(caller.id, id, { ...changes });
    return UploadDto.of(upload, restingProgress(upload));
  }

  /** Delete an upload, its rows and its file, whatever it is doing. It is gone with the answer; what it leaves follows. */
  @Delete([':id', ':id/delete'])
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteUpload' })
  @ApiProblems(NotFound)
  async delete(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.uploads.delete(caller.id, id);
  }
}
