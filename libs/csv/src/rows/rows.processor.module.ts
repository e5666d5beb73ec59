import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { BackgroundStatements } from './execute/background-statements.js';
import { ScanQueue } from './execute/scan-queue.js';
import { IndexBuilder } from './indexes/index-builder.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { RankMarks } from './indexes/rank-marks.js';
import { ColumnProfiler } from './profile/column-profiler.js';
import { ProfileService } from './profile/profile.service.js';
import { ProfilesRepository } from './profile/profiles.repository.js';
import { RowsProcessor } from './rows.processor.js';

/** What is done for the rows of uploads in the background. */
@Module({
  imports: [CsvModule],
  providers: [
    BackgroundStatements,
    ColumnProfiler,
    IndexBuilder,
    IndexCatalogue,
    RankMarks,
    ProfileService,
    ProfilesRepository,
    RowsProcessor,
    ScanQueue,
  ],
})
export class RowsProcessorModule {}
