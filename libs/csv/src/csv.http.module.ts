import { Module } from '@nestjs/common';
import { CsvModule } from './csv.module.js';
import { RejectsController } from './rejects/rejects.controller.js';
import { RejectsRepository } from './rejects/rejects.repository.js';
import { RowsHttpModule } from './rows/rows.http.module.js';
import { LingerOverUploads } from './upload/linger-over-uploads.js';
import { UploadIntake } from './upload/upload-intake.js';
import { UploadProgressController } from './upload/upload-progress.controller.js';
import { UploadProgressReader } from './upload/upload-progress.reader.js';
import { UploadsController } from './upload/uploads.controller.js';
import { UploadsService } from './upload/uploads.service.js';

/** Taking files in and answering about them. */
@Module({
  imports: [CsvModule, RowsHttpModule],
  controllers: [UploadsController, UploadProgressController, RejectsController],
  providers: [UploadIntake, UploadsService, UploadProgressReader, LingerOverUploads, RejectsRepository],
})
export class CsvHttpModule {}
