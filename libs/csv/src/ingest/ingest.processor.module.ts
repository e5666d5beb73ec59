import { MailModule } from '@app/mail';
import { UsersModule } from '@app/users';
import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { BatchWriter } from './batches/batch-writer.js';
import { IngestProcessor, SmallIngestProcessor } from './ingest.processor.js';
import { IngestRepository } from './ingest.repository.js';
import { IngestService } from './ingest.service.js';
import { IngestLoader } from './ingest-loader.js';
import { IngestMails } from './ingest-mails.js';
import { IngestPlanner } from './ingest-planner.js';
import { ParserPool } from './parser/parser-pool.js';

/** Turns uploaded files into rows. Only the worker imports it. */
@Module({
  imports: [CsvModule, MailModule, UsersModule],
  providers: [
    IngestRepository,
    BatchWriter,
    ParserPool,
    IngestPlanner,
    IngestLoader,
    IngestMails,
    IngestService,
    IngestProcessor,
    SmallIngestProcessor,
  ],
})
export class IngestProcessorModule {}
