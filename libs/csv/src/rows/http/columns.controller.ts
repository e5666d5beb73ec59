import { ApiProblems, CachedGet, clientSignal, StoresRows } from '@app/http';
import { NotFound, QueryTimeout, ValidationFailed } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Body, Controller, Get, Param, Patch, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { UploadColumnDto } from '../../uploads/dto/upload.dto.js';
import { uploadTags } from '../../uploads/upload-effects.js';
import { ColumnChanges } from '../columns/column-changes.js';
import { ProfileService } from '../profile/profile.service.js';
import { ReadyUploads } from '../ready-uploads.js';
import { FormatNeeded, TypeDoesNotHold, UploadNotReady } from '../rows.problems.js';
import { ColumnsDto } from './dto/columns.dto.js';
import { PatchColumnDto } from './dto/patch-column.dto.js';

@ApiTags('CSV rows')
@ApiBearerAuth()
@Controller('csv-data/uploads/:id')
export class ColumnsController {
  constructor(
    private readonly uploads: ReadyUploads,
    private readonly profiles: ProfileService,
    private readonly changes: ColumnChanges,
  ) {}

  /** The columns of a completed upload with statistics: the number of values, minimum, maximum and most frequent values. */
  @Get('columns')
  @CachedGet({
    tags: (request) => [uploadTags.one((request.params as { id: string }).id)],
    cacheable: (answer: ColumnsDto) => answer.profile === 'ready',
  })
  @ApiOperation({ operationId: 'readColumns' })
  @ApiOkResponse({ type: ColumnsDto })
  @ApiProblems(NotFound, UploadNotReady)
  async columns(@CurrentUser() caller: Principal, @Param('id') id: string): Promise<ColumnsDto> {
    const upload = await this.uploads.get(caller.id, id);
    return ColumnsDto.of(upload, await this.profiles.get(upload));
  }

  /**
   * Change a column of a completed upload: its label, its type, how its values are written, and which texts stand for no value. The stored
   * texts and the key stay. A type must hold for every value, which is checked first.
   */
  @Patch('columns/:key')
  @StoresRows()
  @ApiParam({ name: 'key', example: 'unit_price' })
  @ApiOperation({ operationId: 'changeColumn' })
  @ApiOkResponse({ type: UploadColumnDto })
  @ApiProblems(ValidationFailed, NotFound, UploadNotReady, TypeDoesNotHold, FormatNeeded, QueryTimeout)
  async change(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Param('key') key: string,
    @Body() change: PatchColumnDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadColumnDto> {
    return UploadColumnDto.of(await this.changes.change(caller.id, id, key, change, clientSignal(reply)));
  }
}
