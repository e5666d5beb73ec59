import { CONFIG, type Config } from '@app/config';
import {
  ApiProblems,
  CachedGet,
  clientSignal,
  type Idempotency,
  IdempotencyOf,
  Idempotent,
  LongAnswer,
  NoBody,
  type Page,
  paginated,
  WrittenJson,
  WrittenResults,
} from '@app/http';
import { NotFound, StorageFull, ValidationFailed } from '@app/problems';
import { StorageUnavailable } from '@app/storage';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ListUploadsDto, UploadPageDto } from './dto/list-uploads.dto.js';
import { UploadDto } from './dto/upload.dto.js';
import { UploadOptionsDto, UploadQueryDto } from './dto/upload-options.dto.js';
import { ApiFileHeaders, FILE_REFUSALS, fileRequestBody } from './intake/file-body-docs.js';
import { openRequestFile, requireFileBody } from './intake/request-file.js';
import { announcedBytes } from './intake/sent-file.js';
import { UploadIntake } from './intake/upload-intake.js';
import { UploadTurns } from './intake/upload-turns.js';
import { isSettled } from './progress/upload-progress.js';
import { UploadProgressReader } from './progress/upload-progress.reader.js';
import type { CsvUpload, UploadStatus } from './upload.entity.js';
import { QuotaExceeded, UnknownOption, UploadNotCancellable, UploadNotRetryable } from './upload.problems.js';
import { uploadTags } from './upload-effects.js';
import { changedOptions, requireKnownOptions } from './upload-options.js';
import { UploadsService } from './uploads.service.js';

const PATH = 'csv-data/uploads';

const UploadId = () => ApiParam({ name: 'id', format: 'uuid' });

/**
 * Only uploads that have ended are cached: after that only calls change them, and calls invalidate the cache. An empty page is not
 * cached, because with `?status=processing` it becomes stale as soon as a worker begins.
 */
const areSettled = ({ results }: Page<WrittenUpload>) => results.length > 0 && results.every(isSettled);

/** An upload in a list: only its status is needed once it is written. */
class WrittenUpload extends WrittenJson {
  readonly status: UploadStatus;

  constructor(upload: UploadDto) {
    super(upload);
    this.status = upload.status;
  }
}

@ApiTags('CSV uploads')
@ApiBearerAuth()
@Controller(PATH)
export class UploadsController {
  constructor(
    private readonly intake: UploadIntake,
    private readonly turns: UploadTurns,
    private readonly uploads: UploadsService,
    private readonly progress: UploadProgressReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  private async toDto(upload: CsvUpload): Promise<UploadDto> {
    const [progress, same] = await Promise.all([this.progress.of(upload), this.uploads.sameAs([upload])]);
    return UploadDto.of(upload, progress, same.get(upload.id));
  }

  /** Like `toDto`, with the URL of the upload in the Location header. */
  private async toDtoWithLocation(upload: CsvUpload, reply: FastifyReply): Promise<UploadDto> {
    reply.header('Location', `/api/v1/${PATH}/${upload.id}/`);
    return this.toDto(upload);
  }

  /**
   * Upload a CSV file: as the part `file` of a multipart body, which must be its only part, or as the body itself. gzip is unpacked. The answer
   * comes as soon as the bytes are stored; a worker reads the file afterwards. Options that the query does not give are detected.
   */
  @Post()
  @Idempotent({ late: true })
  @ApiOperation({ operationId: 'uploadCsv', requestBody: fileRequestBody })
  @ApiFileHeaders()
  @ApiCreatedResponse({
    type: UploadDto,
    headers: { Location: { description: 'URL of the upload.', schema: { type: 'string' } } },
  })
  @ApiProblems(...FILE_REFUSALS, QuotaExceeded, StorageFull, StorageUnavailable)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: UploadQueryDto,
    @IdempotencyOf() idempotency: Idempotency,
  ): Promise<UploadDto> {
    requireKnownOptions(request.query, ['filename']);
    const { filename, ...declared } = query;
    const options = changedOptions({}, declared);
    requireFileBody(request);
    await this.intake.requireAcceptable(caller.id, announcedBytes(request));
    const endTurn = await this.turns.take(caller.id, clientSignal(reply));
    try {
      const pace = {
        idleMs: this.config.UPLOAD_IDLE_TIMEOUT_MS,
        minBytesPerSecond: this.config.UPLOAD_MIN_BYTES_PER_SECOND,
      };
      const file = await openRequestFile(request, pace, filename);
      const upload = await this.intake.receive(caller.id, file, options, (digest) => idempotency.begin(digest));
      return await this.toDtoWithLocation(upload, reply);
    } finally {
      endTurn();
    }
  }

  /** Your uploads, newest first. */
  @Get()
  @LongAnswer()
  @CachedGet({ tags: (_request, userId) => [uploadTags.listOf(userId!)], cacheable: areSettled })
  @ApiOperation({ operationId: 'listUploads' })
  @ApiOkResponse({ type: UploadPageDto })
  @ApiProblems(ValidationFailed)
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() caller: Principal,
    @Query() query: ListUploadsDto,
  ): Promise<Page<WrittenUpload>> {
    const { page, page_size: pageSize, status } = query;
    const { count, slices } = await this.uploads.list(caller.id, { status, page, pageSize });
    const written = new WrittenResults<WrittenUpload>();
    for await (const uploads of slices) {
      const [progress, same] = await Promise.all([this.progress.ofAll(uploads), this.uploads.sameAs(uploads)]);
      for (const [at, upload] of uploads.entries())
        await written.add(new WrittenUpload(UploadDto.of(upload, progress[at]!, same.get(upload.id))));
    }
    return paginated(request, reply, query, count, written.results);
  }

  /** One upload. */
  @Get(':id')
  @CachedGet({ tags: (request) => [uploadTags.one((request.params as { id: string }).id)], cacheable: isSettled })
  @UploadId()
  @ApiOperation({ operationId: 'getUpload' })
  @ApiProblems(NotFound)
  async get(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<UploadDto> {
    return this.toDto(await this.uploads.get(caller.id, id));
  }

  /** Stop an upload that has not ended. Its rows are removed; its rejects and its file are kept, so that it can be retried. */
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
    return this.toDtoWithLocation(await this.uploads.cancel(caller.id, id), reply);
  }

  /**
   * Read the file of a failed or cancelled upload again from its beginning. Each option in the query replaces that option of the upload;
   * `auto` removes the option, so that it is detected.
   */
  @Post(':id/retry')
  @NoBody()
  @HttpCode(202)
  @Idempotent()
  @UploadId()
  @ApiOperation({ operationId: 'retryUpload' })
  @ApiProblems(ValidationFailed, UnknownOption, NotFound, UploadNotRetryable, StorageFull)
  async retry(
    @Req() request: FastifyRequest,
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() changes: UploadOptionsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadDto> {
    requireKnownOptions(request.query);
    return this.toDtoWithLocation(await this.uploads.retry(caller.id, id, { ...changes }), reply);
  }

  /** Delete an upload in any state, with its rows and its file. It is gone when the answer comes; its data is removed soon after. */
  @Delete(':id')
  @HttpCode(204)
  @UploadId()
  @ApiOperation({ operationId: 'deleteUpload' })
  @ApiProblems(NotFound)
  async delete(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.uploads.delete(caller.id, id);
  }

  /** Delete an upload; the same call under another path. */
  @Delete(':id/delete')
  @HttpCode(204)
  @UploadId()
  @ApiOperation({ operationId: 'deleteUploadAlias' })
  @ApiProblems(NotFound)
  async deleteAlias(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<void> {
    await this.uploads.delete(caller.id, id);
  }
}
