export { CsvHttpModule } from './csv.http.module.js';
export { CsvModule } from './csv.module.js';
export { CsvProcessorModule } from './csv.processor.module.js';
