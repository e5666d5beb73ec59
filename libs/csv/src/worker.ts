export { CsvProcessorModule } from './csv.processor.module.js';
