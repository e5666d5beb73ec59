import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { BackgroundSlot } from './execute/background-slot.js';
import { ScanQueue } from './execute/scan-queue.js';
import { WaitingScans } from './execute/waiting-scans.js';
import { IndexBuilder } from './indexes/index-builder.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { RankSamples } from './indexes/rank-samples.js';
import { ColumnProfiler } from './profile/column-profiler.js';
import { ProfileService } from './profile/profile.service.js';
import { ProfilesRepository } from './profile/profiles.repository.js';
import { RowsProcessor } from './rows.processor.js';

/** Background jobs for the rows of uploads. */
@Module({
  imports: [CsvModule],
  providers: [
    BackgroundSlot,
    ColumnProfiler,
    IndexBuilder,
    IndexCatalogue,
    RankSamples,
    ProfileService,
    ProfilesRepository,
    RowsProcessor,
    ScanQueue,
    WaitingScans,
  ],
})
export class RowsProcessorModule {}
