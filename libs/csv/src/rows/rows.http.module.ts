import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { ColumnChanges } from './columns/column-changes.js';
import { ColumnCheck } from './columns/column-check.js';
import { BackgroundSlot } from './execute/background-slot.js';
import { GuardedReads } from './execute/guarded-reads.js';
import { PageReader } from './execute/page-reader.js';
import { ReadRouter } from './execute/read-router.js';
import { ReadScheduler } from './execute/read-scheduler.js';
import { ReplicaPosition } from './execute/replica-position.js';
import { RowCounter } from './execute/row-counter.js';
import { ScanQueue } from './execute/scan-queue.js';
import { WaitingScans } from './execute/waiting-scans.js';
import { RowsExporter } from './export/rows-exporter.js';
import { AnswerCache } from './http/answer-cache.js';
import { ColumnsController } from './http/columns.controller.js';
import { ExportController } from './http/export.controller.js';
import { RowsController } from './http/rows.controller.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { RankSamples } from './indexes/rank-samples.js';
import { IndexPlanner } from './plan/index-planner.js';
import { ColumnProfiler } from './profile/column-profiler.js';
import { ProfileService } from './profile/profile.service.js';
import { ProfilesRepository } from './profile/profiles.repository.js';
import { ReadyUploads } from './ready-uploads.js';
import { RowsService } from './rows.service.js';

/** Reading the rows of uploads over HTTP. */
@Module({
  imports: [CsvModule],
  controllers: [RowsController, ColumnsController, ExportController],
  providers: [
    AnswerCache,
    BackgroundSlot,
    ColumnChanges,
    ColumnCheck,
    ColumnProfiler,
    GuardedReads,
    IndexPlanner,
    IndexCatalogue,
    RankSamples,
    ProfileService,
    ProfilesRepository,
    ReadRouter,
    ReadScheduler,
    ReadyUploads,
    ReplicaPosition,
    RowCounter,
    RowsExporter,
    PageReader,
    RowsService,
    ScanQueue,
    WaitingScans,
  ],
})
export class RowsHttpModule {}
