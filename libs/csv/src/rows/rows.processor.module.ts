import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { IndexBuilder } from './indexes/index-builder.js';
import { IndexCatalogue } from './indexes/index-catalogue.js';
import { RowsProcessor } from './rows.processor.js';

/** What is done for the rows of uploads in the background. */
@Module({
  imports: [CsvModule],
  providers: [IndexBuilder, IndexCatalogue, RowsProcessor],
})
export class RowsProcessorModule {}
