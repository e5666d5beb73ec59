import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { RowsExporter } from './export/rows-exporter.js';
import { AnswerCache } from './http/answer-cache.js';
import { ColumnsController } from './http/columns.controller.js';
import { ExportController } from './http/export.controller.js';
import { RowsController } from './http/rows.controller.js';
import { IndexAdviser } from './indexes/index-adviser.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { RankMarks } from './indexes/rank-marks.js';
import { ColumnProfiler } from './profile/column-profiler.js';
import { ProfileService } from './profile/profile.service.js';
import { ProfilesRepository } from './profile/profiles.repository.js';
import { BackgroundStatements } from './protection/background-statements.js';
import { GuardedReads } from './protection/guarded-reads.js';
import { ReadLanes } from './protection/read-lanes.js';
import { ScanQueue } from './protection/scan-queue.js';
import { ReadyUploads } from './reading/ready-uploads.js';
import { RowCounter } from './reading/row-counter.js';
import { RowsReader } from './reading/rows.reader.js';
import { RowsService } from './reading/rows.service.js';

/** Reading the rows of uploads over HTTP. */
@Module({
  imports: [CsvModule],
  controllers: [RowsController, ColumnsController, ExportController],
  providers: [
    AnswerCache,
    BackgroundStatements,
    ColumnProfiler,
    GuardedReads,
    IndexAdviser,
    IndexCatalogue,
    RankMarks,
    ProfileService,
    ProfilesRepository,
    ReadLanes,
    ReadyUploads,
    RowCounter,
    RowsExporter,
    RowsReader,
    RowsService,
    ScanQueue,
  ],
})
export class RowsHttpModule {}
