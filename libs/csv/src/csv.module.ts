import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CsvUpload } from './upload/upload.entity.js';
import { UploadsRepository } from './upload/uploads.repository.js';

/** What both processes know of uploads. */
@Module({
  imports: [TypeOrmModule.forFeature([CsvUpload])],
  providers: [UploadsRepository],
  exports: [UploadsRepository],
})
export class CsvModule {}
