import { Module } from '@nestjs/common';
import { CsvModule } from './csv.module.js';

/** The jobs of uploads. */
@Module({ imports: [CsvModule] })
export class CsvProcessorModule {}
