import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UploadProgressReader } from './uploads/progress/upload-progress.reader.js';
import { CsvReject } from './uploads/rejects/reject.entity.js';
import { CsvUpload } from './uploads/upload.entity.js';
import { UploadEffects } from './uploads/upload-effects.js';
import { UploadRoom } from './uploads/upload-room.js';
import { UploadsRepository } from './uploads/uploads.repository.js';
import { UploadsService } from './uploads/uploads.service.js';

/** The parts of uploads that all processes use. */
@Module({
  imports: [TypeOrmModule.forFeature([CsvUpload, CsvReject])],
  providers: [UploadsRepository, UploadProgressReader, UploadEffects, UploadRoom, UploadsService],
  exports: [UploadsRepository, UploadProgressReader, UploadEffects, UploadRoom, UploadsService],
})
export class CsvModule {}
