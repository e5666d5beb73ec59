import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CsvReject } from './uploads/rejects/reject.entity.js';
import { CsvUpload } from './uploads/upload.entity.js';
import { UploadsRepository } from './uploads/uploads.repository.js';

/** What both processes know of uploads. */
@Module({
  imports: [TypeOrmModule.forFeature([CsvUpload, CsvReject])],
  providers: [UploadsRepository],
  exports: [UploadsRepository],
})
export class CsvModule {}
