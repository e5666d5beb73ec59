import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CsvReject } from './uploads/rejects/reject.entity.js';
import { CsvUpload } from './uploads/upload.entity.js';
import { UploadEffects } from './uploads/upload-effects.js';
import { UploadRoom } from './uploads/upload-room.js';
import { UploadsRepository } from './uploads/uploads.repository.js';

/** The parts of uploads that both processes use. */
@Module({
  imports: [TypeOrmModule.forFeature([CsvUpload, CsvReject])],
  providers: [UploadsRepository, UploadEffects, UploadRoom],
  exports: [UploadsRepository, UploadEffects, UploadRoom],
})
export class CsvModule {}
