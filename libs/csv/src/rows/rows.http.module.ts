import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { BackgroundStatements } from './execute/background-statements.js';
import { GuardedReads } from './execute/guarded-reads.js';
import { ReadLanes } from './execute/read-lanes.js';
import { ReadyUploads } from './execute/ready-uploads.js';
import { RowCounter } from './execute/row-counter.js';
import { RowsReader } from './execute/rows.reader.js';
import { RowsService } from './execute/rows.service.js';
import { ScanQueue } from './execute/scan-queue.js';
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
