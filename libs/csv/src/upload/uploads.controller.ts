import { CONFIG, type Config } from '@app/config';
import {
  ApiProblems,
  CachedGet,
  type Idempotency,
  IdempotencyOf,
  Idempotent,
  NoBody,
  paginated,
  UnsupportedMediaType,
} from '@app/http';
import { NotFound, ValidationFailed } from '@app/problems';
import { StorageFull, StorageUnavailable } from '@app/storage';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CsvEmpty, CsvNoColumns, CsvNotText } from '../csv.problems.js';
import { ListUploadsDto, UploadPageDto } from './dto/list-uploads.dto.js';
import { UploadDto } from './dto/upload.dto.js';
import { UploadOptionsDto } from './dto/upload-options.dto.js';
import { announcedBytes, openMultipartFile } from './multipart-file.js';
import type { CsvUpload } from './upload.entity.js';
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
import { isSettled } from './upload-progress.js';
import { UploadProgressReader } from './upload-progress.reader.js';
import { uploadTags } from './upload-tags.js';
import { UploadsService } from './uploads.service.js';

const PATH = 'csv-data/uploads';

const UploadId = () => ApiParam({ name: 'id', format: 'uuid' });

/**
 * What nothing works on stays as it is until it is changed by a call or deleted, and those forget what was cached. A page without
 * results is not kept: with `?status=processing` it would be out of date as soon as a worker begins.
 */
const areSettled = ({ results }: UploadPageDto) => results.length > 0 && results.every(isSettled);

@ApiTags('CSV uploads')
@ApiBearerAuth()
@Controller(PATH)
export class UploadsController {
  constructor(
    private readonly intake: UploadIntake,
    private readonly uploads: UploadsService,
    private readonly progress: UploadProgressReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  private async shown(upload: CsvUpload): Promise<UploadDto> {
    return UploadDto.of(upload, await this.progress.of(upload));
  }

  /** The same, with where to look for what becomes of it. */
  private async accepted(upload: CsvUpload, reply: FastifyReply): Promise<UploadDto> {
    reply.header('Location', `/api/v1/${PATH}/${upload.id}/`);
    return this.shown(upload);
  }

  /**
   * Upload a CSV file, as the one part `file` of a multipart body. It is answered as soon as the bytes are safe; a worker then
   * reads it. What is not said in the query about how it is written is detected.
   */
  @Post()
  @Idempotent({ late: true })
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
    CsvNoColumns,
    StorageFull,
    StorageUnavailable,
  )
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: UploadOptionsDto,
    @IdempotencyOf() idempotency: Idempotency,
  ): Promise<UploadDto> {
    const options = changedOptions({}, { ...query });
    if (request.isMultipart()) this.intake.requireAcceptable(announcedBytes(request));
    const file = await openMultipartFile(request, this.config.UPLOAD_IDLE_TIMEOUT_MS);
    const upload = await this.intake.receive(caller.id, file, options, (digest) => idempotency.begin(digest));
    return this.accepted(upload, reply);
  }

  /** Your uploads, the newest first. */
  @Get()
  @CachedGet({ tags: (_request, userId) => [uploadTags.listOf(userId!)], cacheable: areSettled })
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
    const progress = await this.progress.ofAll(uploads);
    const results = uploads.map((upload, at) => UploadDto.of(upload, progress[at]!));
    return paginated(request, reply, query, count, results);
  }

  /** One upload. */
  @Get(':id')
  @CachedGet({ tags: (request) => [uploadTags.one((request.params as { id: string }).id)], cacheable: isSettled })
  @UploadId()
  @ApiOperation({ operationId: 'getUpload' })
  @ApiProblems(NotFound)
  async get(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<UploadDto> {
    return this.shown(await this.uploads.get(caller.id, id));
  }

  /** Stop an upload that is not done. Its rows go; its rejects and its file stay, so that it can be retried. */
  @Post(':id/cancel')
  @NoBody()
  @HttpCode(202)
  @Idempotent()
  @UploadId()
  @ApiOperation({ operationId: 'cancelUpload' })
  @ApiProblems(NotFound, UploadNotCancellable)
  async cancel(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadDto> {
    return this.accepted(await this.uploads.cancel(caller.id, id), reply);
  }

  /**
   * Read the file of a failed or cancelled upload again, from its beginning. Options in the query replace those of the upload one
   * by one; `auto` has one detected that was declared before.
   */
  @Post(':id/retry')
  @NoBody()
  @HttpCode(202)
  @Idempotent()
  @UploadId()
  @ApiOperation({ operationId: 'retryUpload' })
  @ApiProblems(ValidationFailed, NotFound, UploadNotRetryable)
  async retry(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() changes: UploadOptionsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadDto> {
    return this.accepted(await this.uploads.retry(caller.id, id, { ...changes }), reply);
  }

  /** Delete an upload, its rows and its file, whatever it is doing. It is gone with the answer; what it leaves follows. */
  @Delete(':id')
  @HttpCode(204)
  @UploadId()
  @ApiOperation({ operationId: 'deleteUpload' })
  @ApiProblems(NotFound)
  async delete(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.uploads.delete(caller.id, id);
  }

  /** The same by another address. */
  @Delete(':id/delete')
  @HttpCode(204)
  @UploadId()
  @ApiOperation({ operationId: 'deleteUploadAlias' })
  @ApiProblems(NotFound)
  async deleteAlias(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.uploads.delete(caller.id, id);
  }
}
