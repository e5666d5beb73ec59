import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { AnswerCache } from './http/answer-cache.js';
import { RowsController } from './http/rows.controller.js';
import { IndexAdviser } from './indexes/index-adviser.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { GuardedReads } from './protection/guarded-reads.js';
import { ReadLanes } from './protection/read-lanes.js';
import { ScanQueue } from './protection/scan-queue.js';
import { RowCounter } from './reading/row-counter.js';
import { RowsReader } from './reading/rows.reader.js';
import { RowsService } from './reading/rows.service.js';

/** Reading the rows of uploads over HTTP. */
@Module({
  imports: [CsvModule],
  controllers: [RowsController],
  providers: [
    AnswerCache,
    GuardedReads,
    IndexAdviser,
    IndexCatalogue,
    ReadLanes,
    RowCounter,
    RowsReader,
    RowsService,
    ScanQueue,
  ],
})
export class RowsHttpModule {}
