import { Module } from '@nestjs/common';
import { CsvModule } from './csv.module.js';
import { IngestProcessorModule } from './ingest/ingest.processor.module.js';
import { RowsProcessorModule } from './rows/rows.processor.module.js';
import { PurgeRepository } from './uploads/purge/purge.repository.js';
import { UploadPurge } from './uploads/purge/upload-purge.js';
import { UploadPurgeProcessor } from './uploads/purge/upload-purge.processor.js';
import { ExpiredUploads } from './uploads/retention/expired-uploads.js';
import { UploadRetention } from './uploads/retention/upload-retention.js';

/** The jobs of uploads and rows. Only the worker imports it. */
@Module({
  imports: [CsvModule, IngestProcessorModule, RowsProcessorModule],
  providers: [PurgeRepository, UploadPurge, UploadPurgeProcessor, ExpiredUploads, UploadRetention],
})
export class CsvProcessorModule {}
