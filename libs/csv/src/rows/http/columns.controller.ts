import { ApiProblems, CachedGet } from '@app/http';
import { NotFound } from '@app/problems';
import { CurrentUser, type Principal } from '@app/users/api';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { uploadTags } from '../../uploads/upload-effects.js';
import { ProfileService } from '../profile/profile.service.js';
import { ReadyUploads } from '../ready-uploads.js';
import { UploadNotReady } from '../rows.problems.js';
import { ColumnsDto } from './dto/columns.dto.js';

@ApiTags('CSV rows')
@ApiBearerAuth()
@Controller('csv-data/uploads/:id')
export class ColumnsController {
  constructor(
    private readonly uploads: ReadyUploads,
    private readonly profiles: ProfileService,
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
}
