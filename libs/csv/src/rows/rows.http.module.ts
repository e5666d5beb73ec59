import { Module } from '@nestjs/common';
import { CsvModule } from '../csv.module.js';
import { AnswerCache } from './http/answer-cache.js';
import { RowsController } from './http/rows.controller.js';
import { GuardedReads } from './reading/guarded-reads.js';
import { RowCounter } from './reading/row-counter.js';
import { RowsReader } from './reading/rows.reader.js';
import { RowsService } from './reading/rows.service.js';

/** Reading the rows of uploads over HTTP. */
@Module({
  imports: [CsvModule],
  controllers: [RowsController],
  providers: [AnswerCache, GuardedReads, RowCounter, RowsReader, RowsService],
})
export class RowsHttpModule {}
