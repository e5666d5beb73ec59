import { Module } from '@nestjs/common';
import { CsvModule } from './csv.module.js';
import { PreviewThread } from './previews/preview-thread.js';
import { PreviewsController } from './previews/previews.controller.js';
import { PreviewsService } from './previews/previews.service.js';
import { RowsHttpModule } from './rows/rows.http.module.js';
import { FileBodies } from './uploads/intake/file-bodies.js';
import { UploadIntake } from './uploads/intake/upload-intake.js';
import { UploadTurns } from './uploads/intake/upload-turns.js';
import { UserQuota } from './uploads/intake/user-quota.js';
import { ProgressStreams } from './uploads/progress/progress-streams.js';
import { SharedProgress } from './uploads/progress/shared-progress.js';
import { UploadProgressController } from './uploads/progress/upload-progress.controller.js';
import { RejectsController } from './uploads/rejects/rejects.controller.js';
import { RejectsRepository } from './uploads/rejects/rejects.repository.js';
import { UploadsController } from './uploads/uploads.controller.js';

/** The HTTP endpoints of uploads, rejects and rows. Only the api imports it. */
@Module({
  imports: [CsvModule, RowsHttpModule],
  controllers: [UploadsController, PreviewsController, UploadProgressController, RejectsController],
  providers: [
    UploadIntake,
    UploadTurns,
    UserQuota,
    PreviewsService,
    PreviewThread,
    SharedProgress,
    ProgressStreams,
    FileBodies,
    RejectsRepository,
  ],
})
export class CsvHttpModule {}
